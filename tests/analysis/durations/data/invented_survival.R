# Values of R's survival for three invented sets of followed projects (nothing in them comes from a data set of a package).
# Run from this folder:  Rscript invented_survival.R      (made with R 4.2.2, survival 3.5-3, jsonlite 1.8.4)
# It writes the invented rows (followed.csv, ended.csv, competing.csv) and invented_survival.json: for each name the call and
# its value. Days are whole, so that ends fall on the same day; std_err of a single end point is se(log S), as R stores it.
suppressMessages({library(survival); library(jsonlite)})
E <- new.env(parent=globalenv()); res <- list()
S <- function(code) invisible(eval(parse(text=code), E))
V <- function(name, code) res[[name]] <<- list(call=code, value=suppressWarnings(eval(parse(text=code), E)))
keep <- function(d, file) write.csv(d, file, row.names=FALSE, na="")

E$sf <- function(f) { r <- list(time=f$time, n_risk=f$n.risk, n_event=f$n.event, n_censor=f$n.censor, surv=f$surv,
  std_err=f$std.err, cumhaz=f$cumhaz, lower=f$lower, upper=f$upper)
  if (!is.null(f$strata)) r$strata <- rep(names(f$strata), f$strata); r }
rows <- function(x) unname(lapply(seq_len(nrow(x)), function(i) unname(x[i,])))
E$ms <- function(f) list(time=f$time, pstate=rows(f$pstate), std_err=rows(f$std.err), lower=rows(f$lower), upper=rows(f$upper))
E$cx <- function(m) { s <- summary(m); list(coef=as.list(coef(m)), se=unname(s$coefficients[,"se(coef)"]), loglik=m$loglik) }
E$sd <- function(d) { total <- function(x) if (is.matrix(x)) rowSums(x) else as.numeric(x)
  list(n=as.integer(d$n), obs=total(d$obs), exp=total(d$exp), chisq=d$chisq, p=pchisq(d$chisq, length(d$n)-1, lower.tail=FALSE)) }
E$rm_ <- function(f, tau) { m <- survival:::survmean(f, rmean=tau)$matrix
  pick <- function(x) if (is.matrix(m)) unname(m[, grep(x, colnames(m))[1]]) else unname(m[grep(x, names(m))[1]])
  list(rmean=pick("rmean"), se=pick("se")) }
E$gl <- function(m) { s <- summary(m)$coefficients; list(coef=as.list(coef(m)), se=unname(s[,2]), deviance=m$deviance) }
E$zph <- function(m) { z <- cox.zph(m)$table; list(chisq=unname(z[,1]), df=unname(z[,2]), p=unname(z[,3])) }
E$quant <- function(f) lapply(quantile(f, c(.25,.5,.75)), as.numeric)

set.seed(20261129, kind="Mersenne-Twister", normal.kind="Inversion", sample.kind="Rejection")

# followed: one end. rural 1/2, partners a number, support 0..3 with two holes.
n <- 120; partners <- 1 + rpois(n, 5); rural <- sample(1:2, n, TRUE); support <- sample(0:3, n, TRUE, c(.3,.4,.2,.1))
age <- ceiling(rexp(n, exp(-6 + .09*partners - .45*(rural==2) + .25*support))); off <- ceiling(runif(n, 60, 1000))
time <- pmin(age, off); time <- 5*ceiling(time/5)
E$d <- data.frame(id=1:n, time=time, ev=as.integer(age<=off), partners=partners, rural=rural, support=replace(support, c(14, 77), NA))
E$d$entry <- (E$d$id %% 5) * 20
keep(E$d, "followed.csv")
V("km_log","sf(survfit(Surv(time,ev)~1,d))"); V("km_loglog","sf(survfit(Surv(time,ev)~1,d,conf.type='log-log'))")
V("km_plain","sf(survfit(Surv(time,ev)~1,d,conf.type='plain'))"); V("km_rural_log","sf(survfit(Surv(time,ev)~rural,d))")
V("km_rural_loglog","sf(survfit(Surv(time,ev)~rural,d,conf.type='log-log'))")
V("quantiles_log","quant(survfit(Surv(time,ev)~1,d))"); V("quantiles_loglog","quant(survfit(Surv(time,ev)~1,d,conf.type='log-log'))")
V("rmst_365","rm_(survfit(Surv(time,ev)~1,d),365)"); V("rmst_365_rural","rm_(survfit(Surv(time,ev)~rural,d),365)")
V("rmst_600_rural","rm_(survfit(Surv(time,ev)~rural,d),600)")
V("logrank_rural","sd(survdiff(Surv(time,ev)~rural,d))"); V("petopeto_rural","sd(survdiff(Surv(time,ev)~rural,d,rho=1))")
V("logrank_support","sd(survdiff(Surv(time,ev)~support,d))")
V("logrank_rural_strata_support","sd(survdiff(Surv(time,ev)~rural+strata(support),d))")
for (t in c("efron","breslow","exact"))
  V(paste0("cox_partners_rural_support_",t), sprintf("cx(coxph(Surv(time,ev)~partners+rural+support,d,ties='%s'))",t))
V("cox_strata_rural","cx(coxph(Surv(time,ev)~partners+support+strata(rural),d))")
V("cox_zph","zph(coxph(Surv(time,ev)~partners+rural+support,d))")
S("late <- d[d$time > d$entry,]"); V("km_late","sf(survfit(Surv(entry,time,ev)~1,late))")
# Nobody enters on a day when somebody ends in apart; some do in late: they are not at risk of that end.
S("apart <- transform(d, entry=entry+2); apart <- apart[apart$time > apart$entry,]")
for (t in c("efron","breslow")) for (s in c("late","apart"))
  V(paste("cox",s,t,sep="_"), sprintf("cx(coxph(Surv(entry,time,ev)~partners+rural,%s,ties='%s'))",s,t))
E$exact <- glm.control(epsilon=1e-14, maxit=100)  # R stops at 1e-8 by itself, short of the optimum
S("d$per <- ceiling(d$time/91.3125)")
S("pp <- do.call(rbind, lapply(d$id, function(i) data.frame(id=i, period=seq_len(d$per[i]), y=c(rep(0L,d$per[i]-1L), d$ev[i]), partners=d$partners[i], rural=d$rural[i])))")
V("person_periods","nrow(pp)")
V("discrete_logit","gl(glm(y~pmin(period,8)+partners+rural,binomial('logit'),pp,control=exact))")
V("discrete_cloglog","gl(glm(y~pmin(period,8)+partners+rural,binomial('cloglog'),pp,control=exact))")
V("discrete_cloglog_factor","gl(glm(y~factor(pmin(period,8))+partners+rural,binomial('cloglog'),pp,control=exact))")
S("small <- d[1:24,]"); V("small_km","sf(survfit(Surv(time,ev)~1,small,conf.type='log-log'))")
for (t in c("efron","exact")) V(paste0("small_cox_",t), sprintf("cx(coxph(Surv(time,ev)~partners+rural,small,ties='%s'))",t))

# ended: almost all ended; kind in four classes.
n <- 90; grant <- sample(1:2, n, TRUE); score <- 10*sample(2:9, n, TRUE); team <- sample(2:30, n, TRUE)
kind <- sample(c("atelier","boutique","collecte","service"), n, TRUE)
time <- ceiling(rexp(n, exp(-4 - .012*score + .1*(grant==2) + c(atelier=0,boutique=.5,collecte=.7,service=.1)[kind])))
E$v <- data.frame(id=1:n, time=2*ceiling(time/2), status=as.integer(runif(n) < .93), grant=grant, score=score, team=team, kind=kind)
keep(E$v, "ended.csv"); E$v$kind <- factor(E$v$kind)
V("km_grant","sf(survfit(Surv(time,status)~grant,v))"); V("km_kind_loglog","sf(survfit(Surv(time,status)~kind,v,conf.type='log-log'))")
V("logrank_kind","sd(survdiff(Surv(time,status)~kind,v))"); V("logrank_grant","sd(survdiff(Surv(time,status)~grant,v))")
V("petopeto_kind","sd(survdiff(Surv(time,status)~kind,v,rho=1))"); V("rmst_200_grant","rm_(survfit(Surv(time,status)~grant,v),200)")
for (t in c("efron","breslow","exact")) V(paste0("cox_kind_",t), sprintf("cx(coxph(Surv(time,status)~grant+score+team+kind,v,ties='%s'))",t))
V("cox_kind_zph","zph(coxph(Surv(time,status)~grant+score+team+kind,v))")

# competing: two ends, creation and abandon; open a value 0, 0.5 or 1.
n <- 160; team <- round(runif(n, 2, 20), 1); place <- sample(c("bourg","ville"), n, TRUE); open <- sample(c(0,.5,1), n, TRUE, c(.7,.2,.1))
one <- rexp(n, exp(-7.4 + .03*team)); two <- rexp(n, exp(-7 + .8*open + .02*team)); off <- runif(n, 200, 3600)
time <- ceiling(pmin(one, two, off))
E$p <- data.frame(id=1:n, time=time, status=ifelse(off < pmin(one, two), 0, ifelse(one < two, 1, 2)), team=team, place=place, open=open)
keep(E$p, "competing.csv"); E$p$event <- factor(E$p$status, 0:2, c("censor","creation","abandon"))
V("aj","ms(survfit(Surv(time,event)~1,p))"); V("aj_place","ms(survfit(Surv(time,event)~place,p))")
S("at <- summary(survfit(Surv(time,event)~1,p), times=365.25*(1:8))")
V("aj_each_year","list(time=at$time, pstate=rows(at$pstate), std_err=rows(at$std.err), lower=rows(at$lower), upper=rows(at$upper))")
V("cox_abandon","cx(coxph(Surv(time,status==2)~team+place+open,p))"); V("cox_creation","cx(coxph(Surv(time,status==1)~team+place+open,p))")
V("km_abandon_naive","sf(survfit(Surv(time,status==2)~1,p))")

write_json(list(meta=list(R=R.version.string, survival=as.character(packageVersion("survival"))), values=res),
  "invented_survival.json", auto_unbox=TRUE, digits=I(15), na="null")
