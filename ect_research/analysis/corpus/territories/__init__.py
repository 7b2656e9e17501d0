"""Several territories, or operators, side by side: standardised rates, what is not comparable, what chance gives."""
