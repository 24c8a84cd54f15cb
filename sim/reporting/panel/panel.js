// The panel in a page: native controls with labels, everything from the scenario set as text, never as markup.
const WAIT_MS = 60;
let count = 0;

function make(tag, props = {}, ...children) {
  const { cls, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  if (cls) node.className = cls;
  node.append(...children);
  return node;
}

function named(control) {
  const id = `bf-${++count}`;
  const unit = control.unit ? `, ${control.unit}` : "";
  return { id, words: control.label + unit };
}

function note(control) {
  const said = [control.status, control.source].filter(Boolean).join(": ");
  return `${said || "nothing is said of its source"} [${control.key}]`;
}

function inputs(control, id, full) {
  if (control.kind === "switch") return [make("input", { type: "checkbox", id })];
  if (control.kind === "date") return [make("input", { type: "date", id })];
  if (control.kind === "time") return [make("input", { type: "datetime-local", id })];
  const { low: min, high: max, step } = control;
  const slide = make("input", { type: "range", id, min, max, step });
  const box = make("input", { type: "number", step: "any" });
  box.setAttribute("aria-label", `${full}, as a number`);
  return [slide, box];
}

class Row {
  constructor(control, where, changed) {
    this.control = control;
    const { id, words } = named(control);
    const full = `${where}: ${words}`;
    this.inputs = inputs(control, id, full);
    const label = make("label", { htmlFor: id }, words);
    this.inputs[0].setAttribute("aria-label", full);
    this.inputs[0].setAttribute("aria-describedby", `${id}-note`);
    const line = make("div", { cls: "bf-line" }, ...this.inputs);
    if (control.kind === "switch") line.append(label);
    const about = make("div", { cls: "bf-note", id: `${id}-note`, textContent: note(control) });
    const parts = control.kind === "switch" ? [line, about] : [label, line, about];
    this.node = make("div", { cls: "bf-row", title: note(control) }, ...parts);
    this.node.dataset.key = control.key;
    this.text = `${full} ${control.key}`.toLowerCase();
    for (const input of this.inputs)
      input.addEventListener("input", () => { if (this.read(input)) changed(this); });
    this.show(control.value);
  }
  read(input) {
    if (this.control.kind === "switch") this.value = input.checked;
    else if (this.control.kind !== "number") { if (!input.value) return false; this.value = input.value; }
    else {
      if (input.value === "" || Number.isNaN(input.valueAsNumber)) return false;
      this.value = input.valueAsNumber;
      for (const other of this.inputs) if (other !== input) other.value = this.value;
    }
    this.mark();
    return true;
  }
  show(value) {
    this.value = value;
    if (this.control.kind === "switch") this.inputs[0].checked = value;
    else for (const input of this.inputs) input.value = value;
    this.mark();
  }
  get changed() { return this.value !== this.control.value; }
  mark() { this.node.classList.toggle("bf-changed", this.changed); }
}

class Fold {
  constructor(title, open) {
    this.count = make("span", { cls: "bf-count" });
    this.node = make("details", { open }, make("summary", {}, title, " ", this.count));
    this.rows = [];
  }
  mark() {
    const n = this.rows.filter((row) => row.changed).length;
    this.count.textContent = n ? `(${n} changed)` : "";
  }
}

function folded(controls, changed) {
  const folds = new Map(), rows = [];
  const fold = (path, parent, open) => {
    const key = JSON.stringify(path);
    if (!folds.has(key)) {
      folds.set(key, new Fold(path.at(-1), open));
      parent.append(folds.get(key).node);
    }
    return folds.get(key);
  };
  const root = make("div", { cls: "bf-controls", tabIndex: 0, role: "group" });
  root.setAttribute("aria-label", "Levers, numbers and mechanisms");
  const levers = new Set(controls.filter((c) => c.group).map((c) => c.group)).size;
  for (const control of controls) {
    const path = [control.part, control.section, control.group].filter(Boolean);
    const chain = path.map((_, i) => path.slice(0, i + 1));
    let parent = root;
    const around = chain.map((steps) => {
      const one = fold(steps, parent, steps[0] === "Levers" && (steps.length === 1 || levers <= 3));
      parent = one.node;
      return one;
    });
    const row = new Row(control, control.group || control.section, changed);
    row.folds = around;
    for (const one of around) one.rows.push(row);
    parent.append(row.node);
    rows.push(row);
  }
  return { root, rows, folds: [...folds.values()] };
}

function sift(words, rows, folds) {
  const wanted = words.trim().toLowerCase();
  for (const row of rows) row.node.hidden = wanted !== "" && !row.text.includes(wanted);
  for (const one of folds) {
    const any = one.rows.some((row) => !row.node.hidden);
    one.node.hidden = !any;
    if (wanted) one.node.open = any;
  }
}

function table(shown) {
  const heads = ["measure", "unit", "baseline", "changed", "difference", "95 % interval", "told apart"];
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
  const body = make("tbody");
  let family = "";
  for (const { words, family: next } of shown.rows) {
    if (next !== family) {
      const cell = make("th", { cls: "bf-family", scope: "rowgroup", colSpan: heads.length, textContent: next });
      body.append(make("tr", {}, cell));
      family = next;
    }
    const [first, ...rest] = words;
    const cells = rest.map((text) => make("td", { textContent: text }));
    body.append(make("tr", {}, make("th", { scope: "row", textContent: first }), ...cells));
  }
  const caption = make("caption", { textContent: `Means a run over ${shown.runs} runs of each world on the same luck, and the paired difference` });
  return make("table", {}, caption, make("thead", {}, head), body);
}

function story(title, lines, others) {
  const known = new Set(others);
  const [who, ...rest] = lines.filter(Boolean);
  const items = rest.map((text) => make("li", { textContent: text, cls: known.has(text) ? "" : "bf-alone" }));
  const list = make("ul", { tabIndex: 0 }, ...items);
  list.setAttribute("aria-label", `${title}: what happened`);
  return make("div", {}, make("h4", { textContent: title }), make("p", { textContent: who }), list);
}

function download({ name, text }) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/toml" })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

class NumberBox {  // a whole number; one out of its bounds is told, and the last good one holds
  constructor(words, value, min, max, changed) {
    const id = `bf-${++count}`;
    this.value = value;
    this.said = make("div", { cls: "bf-said", role: "alert", id: `${id}-said`, hidden: true });
    this.box = make("input", { type: "number", id, min, max, step: 1, value });
    this.box.setAttribute("aria-describedby", this.said.id);
    this.label = make("label", { htmlFor: id }, words);
    this.box.addEventListener("input", () => {
      const good = this.box.value !== "" && this.box.checkValidity();
      this.tell(good ? "" : `${words}: a whole number from ${min} to ${max}. ${words} ${this.value} is shown.`);
      if (good) { this.value = this.box.valueAsNumber; changed(); }
    });
  }
  tell(fault) {
    this.said.textContent = fault;
    this.said.hidden = fault === "";
    this.box.setAttribute("aria-invalid", String(fault !== ""));
  }
  show(value) {
    this.value = value;
    this.box.value = value;
    this.tell("");
  }
}

function render({ model, el }) {
  const spec = model.get("spec");
  let timer = 0, links = [], sent = "";
  const send = () => {
    clearTimeout(timer);
    timer = 0;
    const changes = {};
    for (const row of rows) if (row.changed) changes[row.control.key] = row.value;
    const asked = { changes, replications: runs.value, seed: seed.value };
    sent = JSON.stringify(asked);
    model.set("asked", asked);
    model.save_changes();
  };
  const followAsked = () => {  // set from Python, or by another view of the same panel
    const asked = model.get("asked");
    if (!asked.changes || timer || JSON.stringify(asked) === sent) return;
    for (const row of rows) row.show(asked.changes[row.control.key] ?? row.control.value);
    for (const one of folds) one.mark();
    runs.show(asked.replications);
    seed.show(asked.seed);
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(send, WAIT_MS); };
  const { root, rows, folds } = folded(spec.controls, (row) => { for (const one of row.folds) one.mark(); soon(); });
  const runs = new NumberBox("Runs", spec.replications, 2, 1000, soon);
  const seed = new NumberBox("Seed", spec.seed, 0, Number.MAX_SAFE_INTEGER, soon);

  const find = make("input", { type: "search", placeholder: "find a lever or number", id: `bf-${++count}` });
  find.setAttribute("aria-label", "Find a lever or number");
  find.addEventListener("input", () => sift(find.value, rows, folds));
  const reset = make("button", { type: "button", textContent: "Reset to the baseline" });
  reset.addEventListener("click", () => {
    for (const row of rows) row.show(row.control.value);
    for (const one of folds) one.mark();
    send();
  });
  const write = make("button", { type: "button", textContent: "Write this as a scenario file" });
  write.addEventListener("click", () => model.send({ do: "write" }));
  const stop = make("button", { type: "button", textContent: "Stop", disabled: true });
  stop.addEventListener("click", () => model.send({ do: "stop" }));

  const bar = make("progress", { max: 1, value: 0 });
  bar.setAttribute("aria-label", "How far the runs are");
  const words = make("span", { role: "status" });
  const fault = make("div", { cls: "bf-fault", role: "alert", hidden: true });
  const pictures = make("div"), figures = make("div");
  const command = make("pre", { tabIndex: 0 }), python = make("pre", { tabIndex: 0 });
  command.setAttribute("aria-label", "The command"); python.setAttribute("aria-label", "The Python lines");
  for (const node of [command, python]) node.setAttribute("role", "region");

  const choose = make("select", { id: `bf-${++count}` }, make("option", { value: "", textContent: "choose a group" }));
  choose.addEventListener("change", () => { model.set("group", choose.value); model.save_changes(); });
  const stories = make("div", { cls: "bf-stories" });
  const follow = make("details", {}, make("summary", { textContent: "Follow a group: same people, same luck" }),
    make("label", { htmlFor: choose.id, textContent: "Group of the first run; in bold: what happens in one of the worlds alone" }), choose, stories);
  follow.addEventListener("toggle", () => { if (follow.open && choose.length === 1) model.send({ do: "groups" }); });

  const key = make("p", { cls: "bf-key" }, make("span", { cls: "bf-base" }), "baseline", make("span", { cls: "bf-new" }),
    "changed. Bands: 5th to 95th percentile of runs; of differences: 95 % interval of the mean");
  const left = make("div", { cls: "bf-left" }, make("div", { cls: "bf-bar" }, reset, write),
    make("div", { cls: "bf-bar" }, runs.label, runs.box, seed.label, seed.box), runs.said, seed.said, find, root);
  const right = make("div", { cls: "bf-right" }, make("div", { cls: "bf-bar" }, bar, stop, words), fault, key, pictures, figures,
    make("p", { cls: "bf-note", textContent: spec.footing }), follow,
    make("details", {}, make("summary", { textContent: "The same by hand: command and Python" }), command, python));
  const head = [make("h2", { textContent: spec.title }), make("p", { textContent: spec.about })];
  const panel = make("section", { cls: "bf-panel" }, ...head, make("div", { cls: "bf-sides" }, left, right));
  panel.setAttribute("aria-label", `Panel of ${spec.title}`);
  el.append(panel);

  const draw = () => {
    const shown = model.get("shown");
    if (!shown.pictures) return;
    const old = links;
    links = shown.pictures.map((_, i) => URL.createObjectURL(new Blob([model.get("images")[i]], { type: "image/png" })));
    pictures.replaceChildren(...shown.pictures.flatMap(({ heading, words: alt, name }, i) => {
      const image = make("img", { src: links[i], alt });
      image.dataset.name = name;
      return [make("h3", { textContent: heading }), image];
    }));
    figures.replaceChildren(table(shown));
    figures.dataset.seconds = JSON.stringify(shown.seconds);
    panel.dataset.shown = String(shown.number);
    for (const link of old) URL.revokeObjectURL(link);
  };
  const tell = () => {
    const { words: text, share, busy } = model.get("status");
    words.textContent = text; bar.value = share; stop.disabled = !busy;
    panel.setAttribute("aria-busy", String(busy));
    fault.textContent = model.get("fault"); fault.hidden = fault.textContent === "";
    command.textContent = model.get("command"); python.textContent = model.get("python");
  };
  const group = () => {
    const groups = model.get("groups");
    if (groups.length && choose.length === 1)
      choose.append(...groups.map(({ key: value, label }) => make("option", { value, textContent: label })));
    const told = model.get("story");
    stories.replaceChildren(...(told.baseline ? [story("Baseline", told.baseline, told.changed), story("Changed", told.changed, told.baseline)] : []));
  };
  const forget = () => { choose.length = 1; if (follow.open) model.send({ do: "groups" }); };
  model.on("change:asked", followAsked);
  model.on("change:shown", draw);
  for (const name of ["status", "fault", "command", "python"]) model.on(`change:${name}`, tell);
  model.on("change:groups", () => { if (!model.get("groups").length) forget(); });
  for (const name of ["groups", "story"]) model.on(`change:${name}`, group);
  model.on("msg:custom", (message) => { if (message.file) download(message.file); });
  followAsked(); draw(); tell(); group();
  return () => { clearTimeout(timer); for (const link of links) URL.revokeObjectURL(link); };
}

export default { render };
