"""What a workbook holds that its values do not show: formulas, errors, hidden rows."""
