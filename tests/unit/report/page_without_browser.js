// Runs a shared page's script with the little of a browser that it uses; prints what is seen after each key.
const [file, ...keys] = process.argv.slice(2);
const html = require("fs").readFileSync(file, "utf8");
const [, data] = /id="data">([\s\S]*?)<\/script>/.exec(html), [, code] = /<script>([\s\S]*?)<\/script>/.exec(html);

class Element {
  style = {}; dataset = {}; classList = { toggle() {} }; hidden = false; clientWidth = 1000; clientHeight = 700;
  addEventListener() {} append() {} replaceChildren() {} setAttribute() {} createTHead() { return this; }
  createTBody() { return this; } insertRow() { return new Element(); } insertCell() { return new Element(); }
  click() { this.onclick(); }
}
const known = {}, ticks = [];
let pressed;
const document = {
  getElementById: (id) => (known[id] ??= new Element()),
  createElement: () => new Element(),
  querySelectorAll: () => [],
  addEventListener: (_name, handler) => { pressed = handler; },
};
document.getElementById("data").textContent = data;
const setInterval = (tick) => ticks.push(tick), clearInterval = () => ticks.pop();
class ResizeObserver { observe() {} }
new Function("document", "Option", "devicePixelRatio", "setInterval", "clearInterval", "ResizeObserver", code)(
  document, class {}, 1, setInterval, clearInterval, ResizeObserver);

function seen() {
  const names = [known.leftname, known.rightname].map((name) => (name.hidden ? "-" : name.textContent));
  console.log([...names, known.zoom.textContent].join("|"));
}
seen();
for (const key of keys) {
  if (key === "tick") ticks[0]();
  else {
    const code = /^\d$/.test(key.at(-1)) ? key : "";
    const [name, shiftKey] = [key.replace("Shift+", ""), key.startsWith("Shift+")];
    pressed({ key: name, code: code.replace("Shift+", ""), shiftKey, target: { tagName: "BODY" }, preventDefault() {} });
  }
  seen();
}
