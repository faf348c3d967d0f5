"use strict";
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const panel = document.getElementById("explorer-panel");
  const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442", "#b0b3b8"];
  const SVG = "http://www.w3.org/2000/svg";
  const sizes = data.parameters.map((p) => p.values.length);
  const place = data.parameters.map((p) => p.start);
  // The map shows the first answer in words or counts that changes anywhere.
  const worded = data.measures.filter((m) => m.kind !== "float");
  const shown = worded.find((m) => new Set(m.values).size > 1) || worded[0] || data.measures[0];
  const spoken = (name) => name.replaceAll("_", " ");

  const offset = (at) => at.reduce((sum, position, axis) => sum * sizes[axis] + position, 0);
  const make = (tag, parent, text) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const draw = (tag, parent, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    parent.append(element);
    return element;
  };
  const read = (measure, at) => {
    const value = measure.values[offset(at)];
    if (measure.kind === "label") return value < 0 ? "undefined" : spoken(measure.labels[value]);
    if (value === null) return "undefined";
    return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
  };

  const short = (value) => (value === null ? "unset" : String(Number(value.toPrecision(2))));

  // A number with many values is mapped in bands of equal width, light to dark; a label or a
  // count has one colour for each value.
  const SHADES = ["#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"];
  const finite = shown.values.filter((value) => typeof value === "number");
  const banded = shown.kind !== "label" && new Set(finite).size > COLOURS.length;
  const low = Math.min(...finite), width = (Math.max(...finite) - low) / SHADES.length;
  const kindOf = (value) => (banded && typeof value === "number" ? Math.min(SHADES.length - 1, Math.floor((value - low) / width)) : value);
  const isUndefined = (k) => k === null || (shown.kind === "label" && k < 0);
  const nameOf = (kind) => {
    if (isUndefined(kind)) return "undefined";
    if (shown.kind === "label") return spoken(shown.labels[kind]);
    return banded && typeof kind === "number" ? `${short(low + kind * width)} to ${short(low + (kind + 1) * width)}` : String(kind);
  };

  // Every kind gets a letter or digit besides its colour: colour is never the only signal.
  const rank = { "-inf": -Infinity, inf: Infinity };
  const kinds = [...new Set(shown.values.map(kindOf))].sort((a, b) => (rank[a] ?? a) - (rank[b] ?? b));
  const names = new Map(kinds.map((kind) => [kind, nameOf(kind)]));
  const letters = new Map();
  for (const [kind, name] of names) {
    const wanted = banded && typeof kind === "number" ? String(kind + 1) : name.toUpperCase();
    const free = [...wanted].find((c) => c !== " " && ![...letters.values()].includes(c));
    letters.set(kind, free || "?");
  }
  // The colours of the figures: a label looks the same on every map.
  const colour = (kind) => {
    if (isUndefined(kind)) return "#ffffff";
    if (banded) return typeof kind === "number" ? SHADES[kind] : COLOURS[7];
    return COLOURS[(shown.kind === "label" ? kind : kinds.indexOf(kind)) % COLOURS.length];
  };
  const ink = (kind) => ([COLOURS[0], ...SHADES.slice(4)].includes(colour(kind)) ? "#ffffff" : "#16181b");

  const sliders = panel.querySelector(".sliders");
  const outputs = data.parameters.map((parameter, axis) => {
    const label = make("label", sliders, `${parameter.name}: `);
    const output = make("output", label);
    const input = make("input", sliders);
    input.type = "range";
    input.min = 0;
    input.max = sizes[axis] - 1;
    input.step = 1;
    input.value = place[axis];
    input.id = label.htmlFor = `slider-${axis}`;
    input.title = parameter.meaning;
    input.addEventListener("input", () => { place[axis] = Number(input.value); show(); });
    return { input, output };
  });
  const reset = make("button", sliders, "back to the model");
  reset.type = "button";
  reset.addEventListener("click", () => { data.parameters.forEach((p, axis) => { place[axis] = p.start; }); show(); });

  const readings = panel.querySelector(".readings");
  const values = data.measures.map((measure) => {
    const term = make("dt", readings, spoken(measure.name));
    term.title = measure.meaning;
    const value = make("dd", readings);
    value.dataset.measure = measure.name;
    return value;
  });

  // The map: first parameter across, second up, at the third slider's position.
  const CELL = 20, LEFT = 34, BOTTOM = 30;
  const columns = sizes[0], rows = sizes[1] || 1;
  const map = panel.querySelector(".map");
  const height = rows * CELL;
  make("p", map, `The map: ${spoken(shown.name)}`).className = "mapped";
  const svg = draw("svg", map, { viewBox: `0 0 ${LEFT + columns * CELL + 4} ${height + BOTTOM}`, role: "img", "font-size": 9, fill: "currentColor" });
  draw("title", svg, {}).textContent = `${shown.meaning} Across: ${data.parameters[0].name}; up: ${(data.parameters[1] || { name: "" }).name}.`;
  const cells = [];
  for (let i = 0; i < columns; i += 1) {
    for (let j = 0; j < rows; j += 1) {
      const x = LEFT + i * CELL, y = (rows - 1 - j) * CELL;
      const square = draw("rect", svg, { x, y, width: CELL, height: CELL, stroke: "rgba(127,127,127,.35)", "stroke-width": 0.5 });
      const letter = draw("text", svg, { x: x + CELL / 2, y: y + CELL / 2 + 3, "text-anchor": "middle", fill: "#16181b", "pointer-events": "none" });
      square.addEventListener("click", () => { place[0] = i; if (rows > 1) place[1] = j; show(); });
      cells.push({ i, j, square, letter });
    }
  }
  [0, columns - 1].forEach((i) => {
    draw("text", svg, { x: LEFT + (i + 0.5) * CELL, y: height + 11, "text-anchor": "middle" }).textContent = short(data.parameters[0].values[i]);
  });
  draw("text", svg, { x: LEFT + columns * CELL / 2, y: height + 23, "text-anchor": "middle" }).textContent = data.parameters[0].name;
  if (data.parameters[1]) {
    [0, rows - 1].forEach((j) => {
      draw("text", svg, { x: LEFT - 4, y: (rows - 1 - j + 0.5) * CELL + 3, "text-anchor": "end" }).textContent = short(data.parameters[1].values[j]);
    });
    draw("text", svg, { transform: `translate(9 ${height / 2}) rotate(-90)`, "text-anchor": "middle" }).textContent = data.parameters[1].name;
  }
  const marker = draw("rect", svg, { id: "explorer-marker", width: CELL, height: CELL, fill: "none", stroke: "currentColor", "stroke-width": 2.5, rx: 3, "pointer-events": "none" });
  const legend = make("div", map);
  legend.className = "legend";
  for (const [kind, name] of names) {
    const entry = make("span", legend);
    const swatch = make("span", entry);
    swatch.className = "swatch";
    swatch.style.background = colour(kind);
    entry.append(letters.get(kind) === name ? name : `${letters.get(kind)}: ${name}`);
  }

  function show() {
    outputs.forEach(({ input, output }, axis) => {
      input.value = place[axis];
      output.textContent = String(data.parameters[axis].values[place[axis]] ?? "unset");
    });
    values.forEach((value, k) => { value.textContent = read(data.measures[k], place); });
    for (const { i, j, square, letter } of cells) {
      const kind = kindOf(shown.values[offset([i, j, ...place.slice(2)].slice(0, sizes.length))]);
      square.setAttribute("fill", colour(kind));
      letter.textContent = letters.get(kind);
      letter.setAttribute("fill", ink(kind));
    }
    marker.setAttribute("x", LEFT + place[0] * CELL);
    marker.setAttribute("y", (rows - 1 - (place[1] || 0)) * CELL);
  }
  show();
})();
