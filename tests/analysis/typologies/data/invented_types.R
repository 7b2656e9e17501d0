# Values of R for invented answers (nothing in them comes from a data set of a package).
# Run from this folder:  Rscript invented_types.R     (made with R 4.2.2, FactoMineR 2.7, cluster 2.1.4, ca 0.71.1)
# It writes the invented rows (coded.csv, unknown.csv, mixed.csv, presence.csv, measured.csv) and invented_types.json:
# for each name the call beside its values. A matrix is {rows, cols, data}; distances are in R 'dist' order, the condensed
# order of scipy; FactoMineR makes the sum of each right singular vector non-negative.
suppressMessages({library(FactoMineR); library(cluster); library(ca); library(jsonlite)})
res <- list(); keep <- function(d, file) write.csv(cbind(id=rownames(d), d), file, row.names=FALSE, na="", quote=FALSE)
V <- function(name, call, value) res[[name]] <<- c(list(call=call), value)
mat <- function(m) { m <- as.matrix(m); list(rows=I(if (is.null(rownames(m))) as.character(seq_len(nrow(m))) else rownames(m)),
  cols=I(if (is.null(colnames(m))) paste0("V", seq_len(ncol(m))) else colnames(m)), data=unname(m)) }
part <- function(x, names) lapply(x[names], mat)
mca <- function(r) { o <- list(eig=mat(r$eig), ind=part(r$ind, c("coord","contrib","cos2")),
  var=part(r$var, c("coord","contrib","cos2","v.test","eta2")))
  if (!is.null(r$quali.sup)) o$quali.sup <- part(r$quali.sup, c("coord","cos2","v.test","eta2"))
  if (!is.null(r$quanti.sup)) o$quanti.sup <- part(r$quanti.sup, "coord")
  if (!is.null(r$ind.sup)) o$ind.sup <- part(r$ind.sup, c("coord","cos2")); o }
described <- function(x) { each <- function(l) lapply(l, function(m) if (is.null(m)) NULL else mat(m))
  list(test.chi2=if (!is.null(x$test.chi2)) mat(x$test.chi2), category=each(x$category),
       quanti.var=if (!is.null(x$quanti.var)) mat(x$quanti.var), quanti=each(x$quanti)) }
tree <- function(h) { near <- function(l) lapply(l, function(v) list(id=I(names(v)), d=I(unname(v))))
  list(clust=list(id=rownames(h$data.clust), clust=as.integer(as.character(h$data.clust$clust))), inert.gain=h$call$t$inert.gain,
       para=near(h$desc.ind$para), dist=near(h$desc.ind$dist)) }
dd <- function(...) as.vector(daisy(...))
draw <- function(n, levels, odds) factor(levels[apply(odds, 1, function(p) sample.int(length(levels), 1, prob=p))], levels=levels)

set.seed(20261130, kind="Mersenne-Twister", normal.kind="Inversion", sample.kind="Rejection")

# coded: 60 projects, eight active codes tied to three hidden kinds, a number and three illustrative codes; no two projects
# answer alike, so that no two are as near to a type.
n <- 60; kind <- sample(1:3, n, TRUE)
repeat { active <- lapply(1:8, function(j) { k <- c(2,3,4,2,3,2,4,3)[j]
  odds <- matrix(rgamma(3*k, .9), 3) + .12; draw(n, paste0(substr("abcdefgh", j, j), seq_len(k)), odds[kind,]) })
  if (!any(duplicated(as.data.frame(active, col.names=1:8)))) break }
names(active) <- paste0("q", 1:8)
coded <- data.frame(active, age=round(20 + 12*kind + rnorm(n, 0, 9)), lieu=draw(n, c("bourg","ville","plaine"), matrix(1, n, 3)),
  forme=draw(n, c("asso","scic"), cbind(kind, 2)), taille=draw(n, c("petite","moyenne","grande"), cbind(3, kind, 1)), row.names=seq_len(n))
keep(coded, "coded.csv"); V("coded_levels", "levels of each factor", lapply(Filter(is.factor, coded), levels))
all8 <- "quanti.sup=9, quali.sup=10:12, graph=FALSE"
r <- MCA(coded, ncp=5, quanti.sup=9, quali.sup=10:12, graph=FALSE); V("mca", paste0("MCA(coded, ncp=5, ", all8, ")"), mca(r))
w <- round(runif(n, .5, 3), 2)
V("mca_weighted", paste0("MCA(coded, ncp=5, row.w=w, ", all8, ")"), c(list(row.w=w), mca(MCA(coded, ncp=5, row.w=w, quanti.sup=9, quali.sup=10:12, graph=FALSE))))
V("mca_burt", paste0("MCA(coded, ncp=5, method='Burt', ", all8, ")"), mca(MCA(coded, ncp=5, method="Burt", quanti.sup=9, quali.sup=10:12, graph=FALSE)))
V("mca_passive_rows", paste0("MCA(coded, ncp=5, ind.sup=51:60, ", all8, ")"), mca(MCA(coded, ncp=5, ind.sup=51:60, quanti.sup=9, quali.sup=10:12, graph=FALSE)))
V("mca_specific", paste0("MCA(coded, ncp=5, excl=c('c4','g1','h2'), ", all8, ")"), mca(MCA(coded, ncp=5, excl=c("c4","g1","h2"), quanti.sup=9, quali.sup=10:12, graph=FALSE)))
one <- ca::mjca(coded[,1:8], lambda="adjusted")
V("greenacre", "ca::mjca(coded[,1:8], lambda='adjusted'): 100*inertia.e", list(percent=100*one$inertia.e))
for (axis in 1:2) { d <- dimdesc(r, axes=1:2, proba=.05)[[axis]]
  V(paste0("dimdesc_", axis), sprintf("dimdesc(mca, axes=1:2, proba=0.05)[[%d]]", axis), list(quanti=if (!is.null(d$quanti)) mat(d$quanti), quali=if (!is.null(d$quali)) mat(d$quali), category=if (!is.null(d$category)) mat(d$category))) }
r12 <- MCA(coded, ncp=12, quanti.sup=9, quali.sup=10:12, graph=FALSE)
h <- HCPC(r12, nb.clust=3, graph=FALSE); V("hcpc_k3_consol", "HCPC(MCA(.., ncp=12), nb.clust=3, graph=FALSE)", tree(h))
V("hcpc_k3_noconsol", "HCPC(MCA(.., ncp=12), nb.clust=3, consol=FALSE, graph=FALSE)", tree(HCPC(r12, nb.clust=3, consol=FALSE, graph=FALSE)))
V("hcpc_ncp5_k4", "HCPC(MCA(.., ncp=5), nb.clust=4, graph=FALSE)", tree(HCPC(r, nb.clust=4, graph=FALSE)))
V("catdes_codes", "catdes(cbind(coded, clust=hcpc_k3_consol), num.var=13, proba=1)", described(catdes(cbind(coded, clust=h$data.clust$clust), num.var=13, proba=1)))
e <- coord.ellipse(cbind.data.frame(clust=h$data.clust$clust, r$ind$coord[,1:2]), bary=TRUE, level.conf=.95, npoint=100)$res
V("ellipses", "coord.ellipse(cbind.data.frame(clust, mca$ind$coord[,1:2]), bary=TRUE, level.conf=0.95, npoint=100)", list(xy=mat(e[,2:3])))

# unknown: 70 people, six codes of which two ordered, two numbers, with holes.
n <- 70; m <- sample(1:2, n, TRUE)
unknown <- data.frame(genre=draw(n, c("F","H"), cbind(m, 1)), main=draw(n, c("droite","gauche"), cbind(8, m)), role=draw(n, c("appui","pilote","tiers"), cbind(m, 2, 1)),
  effort=factor(sample(c("nul","peu","fort"), n, TRUE), c("nul","peu","fort"), ordered=TRUE), envie=factor(sample(c("jamais","parfois","souvent","toujours"), n, TRUE), c("jamais","parfois","souvent","toujours"), ordered=TRUE),
  appui=draw(n, c("non","oui"), cbind(2, m)), heures=round(10 + 8*m + rnorm(n, 0, 5), 1), age=round(30 + 5*m + rnorm(n, 0, 10)), row.names=seq_len(n))
for (j in seq_along(unknown)) unknown[sample(n, c(2,1,5,4,6,3,7,4)[j]), j] <- NA
keep(unknown, "unknown.csv"); V("unknown_gower", "daisy(unknown, metric='gower')", list(d=dd(unknown, metric="gower")))
sq <- unknown[,1:6]; sq[] <- lapply(sq, function(f) factor(as.character(f)))
V("unknown_category", "MCA(unknown[,1:6], ncp=5, graph=FALSE): NA becomes the category <var>.NA", mca(MCA(sq, ncp=5, graph=FALSE)))
V("unknown_average", "MCA(unknown[,1:6], ncp=5, tab.disj=tab.disjonctif.prop(unknown[,1:6]), graph=FALSE)", mca(MCA(sq, ncp=5, tab.disj=tab.disjonctif.prop(sq), graph=FALSE)))
named <- sq; named[] <- lapply(sq, function(f) { f <- as.character(f); f[is.na(f)] <- "vide"; factor(f) })
for (j in names(named)) levels(named[[j]])[levels(named[[j]]) == "vide"] <- paste0("vide_", j)
V("unknown_passive", "NA -> level vide_<var>; MCA(.., ncp=5, excl=<all vide_*>, graph=FALSE)", mca(MCA(named, ncp=5, excl=paste0("vide_", names(named)), graph=FALSE)))

# mixed: 20 rows; V1..V3 yes or no, V4 a code, V5 and V6 ordered, V7 a rank, V8 a size.
n <- 20; mixed <- data.frame(V1=sample(0:1, n, TRUE), V2=sample(0:1, n, TRUE), V3=sample(0:1, n, TRUE), V4=sample(1:4, n, TRUE), V5=sample(1:3, n, TRUE), V6=sample(1:7, n, TRUE), V7=sample(n), V8=sample(seq(15, 200, 5), n), row.names=seq_len(n))
keep(mixed, "mixed.csv")
fl <- transform(mixed, V1=factor(V1), V2=factor(V2), V3=factor(V3), V4=factor(V4), V5=ordered(V5), V6=ordered(V6))
V("mixed_gower", "daisy(mixed, metric='gower')", list(d=dd(fl, metric="gower")))
V("mixed_asymmetric", "daisy(mixed, metric='gower', type=list(asymm=3))", list(d=dd(fl, metric="gower", type=list(asymm=3))))
V("mixed_ratio", "daisy(mixed, type=list(asymm=c('V1','V3'), symm='V2', ordratio='V7', logratio='V8'))", list(d=dd(fl, type=list(asymm=c("V1","V3"), symm="V2", ordratio="V7", logratio="V8"))))
d <- daisy(fl, metric="gower", type=list(asymm=3))
V("mixed_pam", "pam(daisy(.., type=list(asymm=3)), k, diss=TRUE)", list(pam=lapply(2:6, function(k) { p <- pam(d, k, diss=TRUE); list(k=k, id.med=p$id.med, objective=unname(p$objective), avg.width=p$silinfo$avg.width) })))
B <- 40; idx <- t(replicate(B, sample(n, n, replace=TRUE))); dm <- as.matrix(d); base <- pam(d, 3, diss=TRUE)$clustering
near <- function(a, b) if (any(a | b)) sum(a & b)/sum(a | b) else 0
jb <- t(sapply(1:B, function(b) { ix <- unique(idx[b,]); cl <- pam(as.dist(dm[ix,ix]), 3, diss=TRUE)$clustering
  sapply(1:3, function(c) max(sapply(1:3, function(e) near(base[ix]==c, cl==e)))) }))
V("mixed_boot", "ix <- unique(idx[b,]); pam(as.dist(dm[ix,ix]), 3, diss=TRUE): highest Jaccard with each group of pam(d, 3)", list(base=unname(base), idx=idx, jaccard=jb))

# presence: 22 rows of six yes or no, with holes; two rows have nothing in common.
n <- 22; presence <- as.data.frame(matrix(rbinom(6*n, 1, .45), n)); names(presence) <- paste0("p", 1:6)
presence[] <- lapply(presence, function(v) replace(v, sample(n, 2), NA)); presence[1,] <- c(0,0,NA,0,NA,0); presence[2,] <- c(NA,0,0,NA,0,0)
keep(presence, "presence.csv"); an <- presence; an[] <- lapply(an, factor)
V("presence_asymmetric", "daisy(presence, metric='gower', type=list(asymm=1:6))", list(d=dd(presence, metric="gower", type=list(asymm=1:6))))
da <- daisy(an, metric="gower"); V("presence_pam", "an <- factors; pam(daisy(an, metric='gower'), k, diss=TRUE)", list(d=as.vector(da), pam=lapply(2:5, function(k) { p <- pam(da, k, diss=TRUE); list(k=k, id.med=p$id.med, objective=unname(p$objective)) })))

# measured: 24 rows, two codes and six numbers.
n <- 24; sol <- draw(n, c("calcaire","marne","sable"), matrix(1, n, 3))
measured <- data.frame(filiere=draw(n, c("bois","eau","textile"), matrix(1, n, 3)), sol=sol, sapply(1:6, function(j) round(3 + .6*as.integer(sol)*(j %% 3) + rnorm(n), 3)), row.names=seq_len(n))
names(measured)[3:8] <- paste0("m", 1:6); keep(measured, "measured.csv")
f <- FAMD(measured, ncp=5, graph=FALSE)
V("famd", "FAMD(measured, ncp=5, graph=FALSE)", list(eig=mat(f$eig), ind=part(f$ind, c("coord","contrib","cos2")), quanti.var=part(f$quanti.var, "coord"), quali.var=part(f$quali.var, c("coord","contrib","cos2","v.test"))))
V("catdes_numbers", "catdes(measured, num.var=2, proba=1)", described(catdes(measured, num.var=2, proba=1)))

# blocks: rows of dplyr::starwars (MIT) that stand in this folder; a row of which nothing is known has no distance.
blocks <- read.csv("starwars_blocks.csv", na.strings="", row.names="name")
for (name in c("films","hair_color","skin_color")) { codes <- strsplit(as.character(blocks[[name]]), "; "); every <- sort(unique(na.omit(unlist(codes))))
  d <- as.matrix(dist(t(sapply(codes, function(one) as.integer(every %in% one))), method="binary")); empty <- is.na(blocks[[name]]); d[empty,] <- NA; d[,empty] <- NA
  V(paste0("jaccard_", name), "dist(<yes or no for each code>, method='binary')", list(d=as.vector(as.dist(d)))) }

versions <- sapply(c("FactoMineR","cluster","ca"), function(p) as.character(packageVersion(p)))
write_json(list(meta=c(R=R.version.string, versions), values=res), "invented_types.json", auto_unbox=TRUE, digits=I(15), na="null", null="null")
