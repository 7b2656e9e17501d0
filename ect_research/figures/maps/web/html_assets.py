"""Style and behaviour of the offline map: no library, no network, no font to fetch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ect_research.figures.maps.ground.symbols import key_number
from ect_research.figures.maps.layers.choropleth import Choropleth, absent_zones
from ect_research.figures.maps.layers.circles import Circles, tint_classes, tint_key
from ect_research.figures.maps.layers.dots import Dots
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.legend.map_key import class_words, left_off_lines, method_line
from ect_research.figures.maps.web.html_marks import UNITS_PER_MM, marks_legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.theme import Theme


STYLE = """
:root{--ink:#1a1a1a;--muted:#555;--line:#c9c9c9}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:70rem;color:var(--ink);background:#fff;font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.4rem;margin:0 0 .2rem}h2{font-size:1rem;margin:1rem 0 .3rem}p{margin:.2rem 0}
.muted{color:var(--muted);font-size:.85rem}
.page{display:flex;gap:1.2rem;flex-wrap:wrap}.map{position:relative;flex:1 1 30rem;min-width:0}
svg{display:block;width:100%;max-height:85vh;border:1px solid var(--line);background:#dfeaf1;touch-action:pan-x pan-y;
cursor:grab;overflow:hidden}
svg:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid #0b63ce;
outline-offset:2px}
aside{flex:0 1 16rem}.key{display:flex;gap:.5rem;align-items:center;margin:.12rem 0}
.key svg{flex:none;width:1.6rem;height:1rem;border:1px solid #555;background:none;cursor:default}
.z{stroke:#8f8f8f;stroke-width:.3px;vector-effect:non-scaling-stroke}.line{fill:none;vector-effect:non-scaling-stroke}
.group{stroke:#2b2b2b;stroke-width:1.3px}.land{stroke:#141414;stroke-width:2px}.seam{stroke:#a5a5a0;
stroke-dasharray:5 3}
.c{fill:#b32d20;fill-opacity:.85;stroke:#fff;stroke-width:1px;vector-effect:non-scaling-stroke}
.key svg.bare{border:0}.sign>*{stroke:#fff;stroke-width:1px;vector-effect:non-scaling-stroke;
transform:scale(calc(1/sqrt(var(--k,1))))}.sign>[fill="#ffffff"]{stroke:#1a1a1a}.sign.on>*{stroke:#000;stroke-width:3px}
.tie{fill:none;stroke:#7a2a4a;stroke-opacity:.8;stroke-linecap:round}.tie .arrow{fill:#7a2a4a;fill-opacity:.9;stroke:#fff;
stroke-width:3}.tie .head{fill:#fff;stroke-width:4}.tie.on{stroke-opacity:1}.tie.on .arrow{stroke:#000}
.on{stroke:#000;stroke-width:3px}.name{font:500 calc(max(46px,11px*var(--px,0)) / var(--k,1)) system-ui,sans-serif;
paint-order:stroke;stroke:#fff;stroke-width:calc(max(12px,3px*var(--px,0)) / var(--k,1));
stroke-linejoin:round;pointer-events:none}
.dot{pointer-events:none;fill:#1a1a1a;stroke:#fff;stroke-width:1px;vector-effect:non-scaling-stroke}
.tools{position:absolute;top:.5rem;left:.5rem;display:flex;gap:.25rem}
button{font:inherit;min-width:2.2rem;min-height:2rem;padding:.2rem .5rem;border:1px solid #555;border-radius:.25rem;
background:#fff;cursor:pointer}
.tip{position:absolute;pointer-events:none;background:#fff;border:1px solid #333;border-radius:.25rem;
padding:.25rem .5rem;
font-size:.9rem;max-width:18rem;white-space:pre-line;box-shadow:0 1px 4px #0004}.tip:empty{display:none}
.scroll{overflow:auto;max-height:26rem}table{border-collapse:collapse;font-size:.85rem}
th,td{padding:.15rem .6rem;border-bottom:1px solid var(--line);text-align:left}td.n{text-align:right;
font-variant-numeric:tabular-nums}
tr.on td,tr.on th{background:#fff3c4}a{color:#0b4f9e}th a{display:inline-block;min-width:24px;min-height:24px;
line-height:24px}summary{min-height:24px}
.bar{fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:2px;vector-effect:non-scaling-stroke;pointer-events:none}
.km{font:max(44px,11px*var(--px,0)) system-ui,sans-serif;paint-order:stroke;stroke:#fff;stroke-width:10px;pointer-events:none}
@media print{.tools,.help{display:none}.scroll{max-height:none;overflow:visible}}
"""

# Titles become names for screen readers and the map's own tooltip; without script they remain the browser's. The wheel
# scrolls the page until the map is clicked; one finger scrolls it until the map is enlarged; two fingers enlarge it. However
# narrow the screen, the key of the circles is at the scale of the map and names are legible, the first of those that would meet;
# one that the edge would cut stands above its point.
SCRIPT = """
"use strict";
const map=document.getElementById("carte"),view=document.getElementById("vue"),tip=document.getElementById("bulle");
const shapes=[...view.querySelectorAll("[data-code]")],zones=shapes.filter(s=>s.dataset.x);
const [,,width,height]=map.getAttribute("viewBox").split(" ").map(Number);
const bar=document.getElementById("echelle"),fingers=new Map();
let k=1,x=0,y=0,chosen=null,held=null,moved=false,spread=0;
for(const s of shapes){const t=s.querySelector("title");s.dataset.say=t.textContent;
s.setAttribute("aria-label",t.textContent);t.remove()}
function place(){x=Math.min(0,Math.max(width*(1-k),x));y=Math.min(0,Math.max(height*(1-k),y));
view.setAttribute("transform",`translate(${x} ${y}) scale(${k})`);map.style.setProperty("--k",k);
map.style.touchAction=k>1?"none":"pan-x pan-y";const u=bar.dataset.km*k;
const l=[.1,.2,.5,1,2,5,10,20,50,100,200].filter(n=>n*u<=width/4).pop()||.1;
bar.querySelector("rect").setAttribute("width",l*u);
bar.querySelector("text").textContent=String(l).replace(".",bar.dataset.point)+"\u00a0km"}
function inside(n){n.removeAttribute("dx");n.removeAttribute("dy");const b=n.getBoundingClientRect();
const m=map.getBoundingClientRect(),by=Math.max(0,m.left+3-b.left)+Math.min(0,m.right-3-b.right);if(k>1||!by)return b;
n.setAttribute("dx",by/map.getScreenCTM().a);n.setAttribute("dy","-.7em");return n.getBoundingClientRect()}
function names(){const kept=[];for(const n of view.querySelectorAll(".name")){const b=inside(n);
const free=kept.every(o=>b.right<o.left||o.right<b.left||b.bottom<o.top||o.bottom<b.top);
n.style.visibility=free?"":"hidden";if(free)kept.push(b)}}
function fit(){const w=map.getBoundingClientRect().width;map.style.setProperty("--px",width/w);
for(const s of document.querySelectorAll("[data-share]"))s.style.width=w*s.dataset.share+"px";names()}
function pinch(e){fingers.set(e.pointerId,at(e));if(fingers.size!==2){spread=0;return false}
const [a,b]=[...fingers.values()],now=Math.hypot(a.x-b.x,a.y-b.y);
if(spread)zoom(now/spread,(a.x+b.x)/2,(a.y+b.y)/2);spread=now;held=null;moved=true;tip.textContent="";return true}
function lift(e){fingers.delete(e.pointerId);spread=0}
function zoom(by,cx=width/2,cy=height/2){const next=Math.min(24,Math.max(1,k*by));x=cx-(cx-x)*next/k;
y=cy-(cy-y)*next/k;k=next;place();names()}
function at(e){return new DOMPoint(e.clientX,e.clientY).matrixTransform(map.getScreenCTM().inverse())}
function say(s,px,py){tip.textContent=s?s.dataset.say:"";if(!s)return;const b=map.parentNode.getBoundingClientRect();
if(px===undefined){const r=s.getBoundingClientRect();px=r.left+r.width/2;py=r.top+r.height/2}
tip.style.left=Math.max(4,Math.min(px-b.left+14,b.width-tip.offsetWidth-4))+"px";
tip.style.top=Math.max(4,Math.min(py-b.top+14,b.height-tip.offsetHeight-4))+"px"}
function mark(code,on){for(const n of document.querySelectorAll(`[data-code="${code}"],[data-row="${
code}"]`))n.classList.toggle("on",on)}
function choose(s,px,py){if(s)s=zones.find(z=>z.dataset.code===s.dataset.code)||s;
if(chosen)mark(chosen.dataset.code,false);chosen=s;say(s,px,py);if(!s)return;mark(s.dataset.code,true);
const [cx,cy]=[+s.dataset.x*k+x,+s.dataset.y*k+y];if(cx<0||cy<0||cx>width||cy>height){x+=width/2-cx;y+=height/2-cy;
place();say(s)}}
function toward(dx,dy){const from=chosen&&chosen.dataset.x?chosen:null;if(!from)return zones[0];
let best=from,least=Infinity;
for(const z of zones){if(z===from)continue;const ax=z.dataset.x-from.dataset.x,ay=z.dataset.y-from.dataset.y;
const along=ax*dx+ay*dy,across=Math.abs(ax*dy)+Math.abs(ay*dx);if(along<=0)continue;const far=along+2*across;
if(far<least){least=far;best=z}}return best}
map.addEventListener("pointerover",e=>{const s=e.target.closest("[data-code]");
if(!chosen&&!held)say(s,e.clientX,e.clientY)});
map.addEventListener("pointermove",e=>{if(fingers.has(e.pointerId)&&pinch(e))return;if(held){const p=at(e);
if(Math.hypot(p.x-held.x,p.y-held.y)*map.getScreenCTM().a>3){moved=true;
x+=p.x-held.x;y+=p.y-held.y;held=p;place();tip.textContent=""}}
else if(!chosen)say(e.target.closest("[data-code]"),e.clientX,e.clientY)});
map.addEventListener("pointerleave",()=>{if(!chosen)say(null)});
map.addEventListener("pointerdown",e=>{held=at(e);moved=false;pinch(e)});
addEventListener("pointercancel",e=>{lift(e);held=null});
addEventListener("pointerup",e=>{lift(e);if(held&&!moved&&map.contains(e.target)){const s=e.target.closest("[data-code]");
choose(s&&chosen&&s.dataset.code===chosen.dataset.code?null:s,e.clientX,e.clientY)}held=null});
map.addEventListener("wheel",e=>{if(document.activeElement!==map&&!e.ctrlKey)return;e.preventDefault();const p=at(e);
zoom(Math.exp(-e.deltaY*.0015),p.x,p.y)},{passive:false});
map.addEventListener("keydown",e=>{const step={
ArrowRight:[1,0],ArrowLeft:[-1,0],ArrowUp:[0,-1],ArrowDown:[0,1]}[e.key];
if(step)choose(toward(...step));else if(e.key==="+"||e.key==="=")zoom(1.5);else if(e.key==="-")zoom(1/1.5);
else if(e.key==="0")zoom(1/k)
else if(e.key==="Escape")choose(null);else return;e.preventDefault()});
for(const b of document.querySelectorAll("button[data-by]"))b.addEventListener("click",()=>{const by=+b.dataset.by;
zoom(by||1/k)});
for(const a of document.querySelectorAll("a[data-go]"))a.addEventListener("click",e=>{e.preventDefault();
const s=zones.find(z=>z.dataset.code===a.dataset.go);if(s){map.focus();choose(s);
map.scrollIntoView({block:"nearest"})}});
addEventListener("resize",fit);place();fit();
"""


def legend_html(layers: Sequence[Any], page: MapPage) -> str:
    """The perimeter, then each layer."""
    theme = page.theme
    detail = escape(page.territory.details[theme.language])
    parts = [f'<h2>{escape(page.territory.name(theme.language))}</h2><p class="muted">{detail}</p>']
    for layer in layers:
        if isinstance(layer, (Dots, Links)):
            parts += marks_legend(layer, page)
            continue
        variable = layer.variable
        parts.append(f"<h2>{escape(theme.say(variable.label))}</h2>")
        if variable.unit:
            parts.append(f'<p class="muted">{escape(theme.say(variable.unit))}</p>')
        parts += _circles(layer, page) if isinstance(layer, Circles) else _fills(layer, page)
        parts += [f'<p class="muted">{escape(line)}</p>' for line in left_off_lines(variable, theme)]
        if isinstance(layer, Circles) and layer.tint is not None:
            parts += _tint(layer.tint, page)
    return "".join(parts)


def _fills(layer: Any, page: MapPage) -> list[str]:  # noqa: ANN401 - a Choropleth or a Typology
    theme = page.theme
    if isinstance(layer, Choropleth):
        keys = _classes(layer.cut, layer.styles(theme), layer.variable.decimals, theme)
    else:
        keys = [_swatch(style["facecolor"], name) for name, style in layer.styles(page).items()]
    absent, hidden = absent_zones(page, layer.variable)
    if absent:
        keys.append(_swatch("url(#absent)", f"{theme.say('donnée absente')} ({len(absent)})"))
    if hidden:
        keys.append(_swatch("url(#absent)", f"n < {layer.variable.threshold} ({len(hidden)})"))
    return keys


def _classes(cut: Classes, styles: Sequence[dict[str, Any]], decimals: int, theme: Theme) -> list[str]:
    """The highest first, then how they were cut."""
    told = zip(styles, class_words(cut, decimals, theme), strict=True)
    keys = [_swatch(style["facecolor"], words) for style, words in reversed(list(told))]
    return [*keys, f'<p class="muted">{escape(method_line(cut, theme))}</p>']


def _tint(tint: MapVariable, page: MapPage) -> list[str]:
    """What the colours of circles mean."""
    theme = page.theme
    heading = f"<h2>{escape(theme.say(tint.label))}</h2>"
    words, styles, _ = tint_key(tint, page)
    if tint.kind == "categorie":
        return [heading, *(_swatch(style["facecolor"], name) for name, style in zip(words, styles, strict=True))]
    unit = f'<p class="muted">{escape(theme.say(tint.unit))}</p>'
    return [heading, unit, *_classes(tint_classes(tint), styles, tint.decimals, theme)]


def _circles(layer: Circles, page: MapPage) -> list[str]:
    """Circles drawn in the units of the map at its first zoom; they grow with it."""
    values = layer.key_values
    side = 2 * layer.radius(values[0]) * UNITS_PER_MM + 8
    share = side / (page.frame.width_mm * UNITS_PER_MM)
    face, edge = ("none", "#1a1a1a") if layer.tint else ("#b32d20", "#fff")
    rings = "".join(
        f'<circle cx="{side / 2:.0f}" cy="{side - 4 - layer.radius(v) * UNITS_PER_MM:.1f}"'
        f' r="{layer.radius(v) * UNITS_PER_MM:.1f}" fill="{face}" stroke="{edge}" stroke-width="3"/>'
        for v in values
    )
    said = " ; ".join(key_number(value, page.theme) for value in values)
    size = f'style="width:{34 * share:.2f}rem;height:auto;border:0" data-share="{share:.4f}"'
    picture = f'<svg viewBox="0 0 {side:.1f} {side:.1f}" {size} aria-hidden="true">{rings}</svg>'
    return [f'<div class="key">{picture}<span>{said}</span></div>']


def _swatch(fill: str, words: str) -> str:
    box = f'<rect width="16" height="10" fill="{fill}"/>'
    box = f'<svg viewBox="0 0 16 10" preserveAspectRatio="none" aria-hidden="true">{box}</svg>'
    return f'<div class="key">{box}<span>{escape(words)}</span></div>'
