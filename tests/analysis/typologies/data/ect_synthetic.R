# Values of R for ect_synthetic.csv (24 invented projects, unknown answers, several themes per project).
# Run from this folder:  Rscript ect_synthetic.R
# It writes ect_synthetic_r.json, with which test_own_register.py compares. Needs FactoMineR, cluster and jsonlite.
# Podani's ranks are not here (FD is needed): the test recomputes them by their definition.
library(FactoMineR); library(cluster); library(jsonlite)

raw <- read.csv("ect_synthetic.csv", na.strings = "", row.names = "projet_id", stringsAsFactors = FALSE)
coded <- c("portage", "statut", "modele")
x <- raw[, c(coded, "subvention", "age")]
for (name in coded) x[[name]] <- factor(x[[name]])
x$subvention <- as.integer(raw$subvention == "oui")
pairs <- function(d) as.vector(as.dist(as.matrix(d)))

gower <- daisy(x, metric = "gower", type = list(asymm = "subvention"))

themes <- strsplit(raw$themes, " ")
every <- sort(unique(unlist(themes[!is.na(raw$themes)])))
bits <- t(sapply(themes, function(one) as.integer(every %in% one)))
jaccard <- as.matrix(dist(bits, method = "binary"))
jaccard[is.na(raw$themes), ] <- NA; jaccard[, is.na(raw$themes)] <- NA

nacat <- raw[, c(coded, "maturite")]
nacat[is.na(nacat)] <- "non_renseigne"
nacat[] <- lapply(nacat, factor)
mca <- MCA(nacat, ncp = 5, graph = FALSE)
junk <- grep("non_renseigne", unlist(lapply(nacat, levels)))
passive <- MCA(nacat, ncp = 5, excl = junk, graph = FALSE)

write_json(list(
  order = "as.vector(as.dist(.)): R 'dist' order, scipy condensed order",
  gower_asymm = pairs(gower), jaccard_themes = pairs(jaccard),
  mca_category_eig = mca$eig[, 1], mca_passive_eig = passive$eig[, 1],
  r = R.version.string,
  packages = sapply(c("FactoMineR", "cluster"), function(p) as.character(packageVersion(p)))
), "ect_synthetic_r.json", digits = 15, na = "null", auto_unbox = TRUE)
