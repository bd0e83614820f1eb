"use strict";
const { photos } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const stage = at("stage");
let photo = photos[0], left = 0, right = 1, scale = 0, x = 0, y = 0, edge = 0.5, timer = 0;

function fill(select, names, chosen) {
  select.replaceChildren(...names.map((name, i) => new Option(name, String(i), false, i === chosen)));
}
function show() {
  const [under, over] = [photo.pictures[left], photo.pictures[right]];
  at("under").src = under.data; at("over").src = over.data;
  at("under").alt = under.label; at("over").alt = over.label;
  at("leftname").textContent = under.label; at("rightname").textContent = over.label;
  at("left").value = String(left); at("right").value = String(right);
  for (const row of document.querySelectorAll("#numbers tbody tr"))
    row.setAttribute("aria-selected", String([left, right].includes(Number(row.dataset.index))));
  place();
}
function place() {
  for (const image of [at("under"), at("over")]) {
    image.width = photo.width; image.height = photo.height;
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }
  const cut = edge * stage.clientWidth;
  at("clip").style.clipPath = `inset(0 0 0 ${cut}px)`;
  at("edge").style.left = `${cut}px`;
  at("leftname").hidden = edge <= 0; at("rightname").hidden = edge >= 1;  // the name of what is seen alone
  stage.classList.toggle("sharp", scale * devicePixelRatio >= 2);
  at("zoom").textContent = `${Math.round(100 * scale * devicePixelRatio)} %`;
}
function fit() {
  scale = Math.min(stage.clientWidth / photo.width, stage.clientHeight / photo.height);
  x = (stage.clientWidth - scale * photo.width) / 2;
  y = (stage.clientHeight - scale * photo.height) / 2;
  place();
}
function zoomTo(wanted, px, py) {
  const next = Math.min(64, Math.max(0.02, wanted));
  x = px - (px - x) * next / scale; y = py - (py - y) * next / scale; scale = next;
  place();
}
function lookAt(region) {
  const [rx, ry, rw, rh] = region;
  scale = Math.max(1 / devicePixelRatio, 0.6 * Math.min(stage.clientWidth / rw, stage.clientHeight / rh));
  x = stage.clientWidth / 2 - scale * (rx + rw / 2); y = stage.clientHeight / 2 - scale * (ry + rh / 2);
  place();
}
function numbers() {
  const table = document.createElement("table"), head = table.createTHead().insertRow();
  for (const text of ["", ...photo.heads]) head.append(Object.assign(document.createElement("th"), { textContent: text }));
  const body = table.createTBody();
  photo.pictures.forEach((picture, index) => {
    const row = body.insertRow(); row.dataset.index = String(index);
    row.insertCell().textContent = `${index + 1}  ${picture.label}`;
    for (const text of picture.numbers) row.insertCell().textContent = text;
    row.onclick = () => { right = index; show(); };
  });
  at("numbers").replaceChildren(table);
}
function open(index) {
  photo = photos[index]; at("photo").value = String(index);
  const names = photo.pictures.map((p, i) => `${i + 1}  ${p.label}`);
  const reference = photo.pictures.findIndex((p) => p.role === "reference");
  left = Math.max(0, reference);
  right = photo.pictures.findIndex((p, i) => p.role === "variant" && i !== left);
  if (right < 0) right = Math.min(left + 1, names.length - 1);
  fill(at("left"), names, left); fill(at("right"), names, right);
  numbers(); show(); fit();
  if (photo.regions.length) lookAt(photo.regions[0]);
}
function blink() {
  const on = !timer;
  if (on) timer = setInterval(() => { edge = edge > 0.5 ? 0 : 1; place(); }, 500);
  else { clearInterval(timer); timer = 0; edge = 0.5; place(); }
  at("blink").setAttribute("aria-pressed", String(on));
}
fill(at("photo"), photos.map((p) => p.name), 0);
at("photo").onchange = (e) => open(Number(e.target.value));
at("left").onchange = (e) => { left = Number(e.target.value); show(); };
at("right").onchange = (e) => { right = Number(e.target.value); show(); };
at("fit").onclick = fit;
at("one").onclick = () => zoomTo(1 / devicePixelRatio, stage.clientWidth / 2, stage.clientHeight / 2);
at("blink").onclick = blink;
stage.addEventListener("wheel", (e) => {
  e.preventDefault();
  const box = stage.getBoundingClientRect();
  zoomTo(scale * Math.pow(2, -e.deltaY / 300), e.clientX - box.left, e.clientY - box.top);
}, { passive: false });
let drag = null;
stage.addEventListener("pointerdown", (e) => {
  drag = { edge: e.target === at("edge"), px: e.clientX, py: e.clientY };
  stage.setPointerCapture(e.pointerId);
});
stage.addEventListener("pointermove", (e) => {
  if (!drag) return;
  if (drag.edge) edge = Math.min(1, Math.max(0, (e.clientX - stage.getBoundingClientRect().left) / stage.clientWidth));
  else { x += e.clientX - drag.px; y += e.clientY - drag.py; drag.px = e.clientX; drag.py = e.clientY; }
  place();
});
stage.addEventListener("pointerup", () => { drag = null; });
stage.addEventListener("dblclick", fit);
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.tagName === "SELECT") return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(e.code), index = digit ? Number(digit[1]) - 1 : -1;
  if (index >= 0 && index < photo.pictures.length) { if (e.shiftKey) left = index; else right = index; show(); }
  else if (e.key === " ") { [left, right] = [right, left]; show(); }
  else if (e.key.toLowerCase() === "b") blink();
  else if (e.key.toLowerCase() === "f") fit();
  else if (e.key === "0") at("one").click();
  else if (e.key === "[" || e.key === "]") {
    const step = e.key === "]" ? 1 : photos.length - 1;
    open((photos.indexOf(photo) + step) % photos.length);
  } else if (e.key === "ArrowLeft" || e.key === "ArrowRight") { edge = Math.min(1, Math.max(0, edge + (e.key === "ArrowLeft" ? -0.05 : 0.05))); place(); }
  else return;
  e.preventDefault();
});
new ResizeObserver(place).observe(stage);
open(0);
