# Values of R for ect_synthetic.csv (24 invented projects, unknown answers, several themes per project).
# Not run yet: R was not at hand. Run from this folder:  Rscript ect_synthetic.R
# It writes ect_synthetic_r.json; test_own_register.py then compares with it (and is skipped until then).
# Needs: FactoMineR, cluster, FD, ade4, GDAtools, jsonlite.
library(FactoMineR); library(cluster); library(FD); library(jsonlite)

raw <- read.csv("ect_synthetic.csv", na.strings = "", row.names = "projet_id", stringsAsFactors = FALSE)
coded <- c("portage", "statut", "modele")
x <- raw[, c(coded, "subvention", "age")]
for (name in coded) x[[name]] <- factor(x[[name]])
x$subvention <- as.integer(raw$subvention == "oui")
maturite <- factor(raw$maturite, levels = c("idee", "essai", "rodage", "croisiere"), ordered = TRUE)
pairs <- function(d) as.vector(as.dist(as.matrix(d)))

gower <- daisy(x, metric = "gower", type = list(asymm = "subvention"))
podani <- gowdis(data.frame(maturite), ord = "podani")

themes <- strsplit(raw$themes, " ")
every <- sort(unique(unlist(themes[!is.na(raw$themes)])))
bits <- t(sapply(themes, function(one) as.integer(every %in% one)))
jaccard <- as.matrix(dist(bits, method = "binary"))
jaccard[is.na(raw$themes), ] <- NA; jaccard[, is.na(raw$themes)] <- NA

nacat <- raw[, c(coded, "maturite")]
nacat[is.na(nacat)] <- "non_renseigne"
nacat[] <- lapply(nacat, factor)
mca <- MCA(nacat, ncp = 5, graph = FALSE)
junk <- grep("non_renseigne", GDAtools::getindexcat(nacat))
passive <- GDAtools::speMCA(nacat, excl = junk, ncp = 5)

write_json(list(
  order = "as.vector(as.dist(.)): R 'dist' order, scipy condensed order",
  gower_asymm = pairs(gower), podani_maturite = pairs(podani), jaccard_themes = pairs(jaccard),
  mca_category_eig = mca$eig[, 1], mca_passive_eig = passive$eig$eigen,
  r = R.version.string,
  packages = sapply(c("FactoMineR", "cluster", "FD", "GDAtools"), function(p) as.character(packageVersion(p)))
), "ect_synthetic_r.json", digits = 15, na = "null", auto_unbox = TRUE)
