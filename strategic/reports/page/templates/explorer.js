"use strict";
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const panel = document.getElementById("explorer-panel");
  const SVG = "http://www.w3.org/2000/svg";
  const { parameters, readings, marks } = data;
  const sizes = parameters.map((p) => p.texts.length);
  const place = parameters.map((p) => p.start);
  const mapped = readings.filter((r) => r.kinds.length);
  let shown = mapped.find((r) => r.name === data.mapped);

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
  const textAt = (reading, at) => reading.texts[reading.values[offset(at)]];
  const kindAt = (reading, at) => reading.kinds[reading.kind_of[reading.values[offset(at)]]];

  const sliders = panel.querySelector(".sliders");
  const outputs = parameters.map((parameter, axis) => {
    const label = make("label", sliders, `${parameter.label}: `);
    label.title = parameter.name;
    const output = make("output", label);
    const input = make("input", sliders);
    input.type = "range";
    input.min = 0;
    input.max = sizes[axis] - 1;
    input.step = 1;
    input.value = place[axis];
    input.id = label.htmlFor = `slider-${axis}`;
    input.title = parameter.name;
    input.addEventListener("input", () => { place[axis] = Number(input.value); show(); });
    make("p", sliders, parameter.range).className = "range";
    return { input, output };
  });
  const reset = make("button", sliders, "back to the model");
  reset.type = "button";
  reset.addEventListener("click", () => { parameters.forEach((p, axis) => { place[axis] = p.start; }); show(); });

  const list = panel.querySelector(".readings");
  const values = readings.map((reading) => {
    make("dt", list, reading.label).title = reading.meaning;
    const value = make("dd", list);
    value.dataset.measure = reading.name;
    return value;
  });
  const write = (value, reading) => {
    const text = textAt(reading, place);
    value.textContent = reading.strip ? "" : text;
    if (reading.unit && /\d/.test(text)) make("span", value, ` ${reading.unit}`).className = "unit";
    if (!reading.strip) return;
    value.className = "strip";
    for (const letter of text) {
      const mark = make("span", value, letter);
      if (marks[letter]) Object.assign(mark.style, { background: marks[letter].colour, color: marks[letter].ink });
    }
  };

  // The map: first parameter across, second up, at the third slider's position.
  const CELL = 16, LEFT = 44, BOTTOM = 46, WIDEST = 56;
  const columns = sizes[0], rows = sizes[1] || 1;
  const height = rows * CELL, width = columns * CELL;
  const map = panel.querySelector(".map");
  const choice = make("label", map, "The map shows ");
  choice.className = "mapped";
  const select = make("select", choice);
  mapped.forEach((reading) => { make("option", select, reading.label).value = reading.name; });
  select.value = shown.name;
  select.addEventListener("change", () => { shown = mapped[select.selectedIndex]; explain(); show(); });
  const svg = draw("svg", map, { viewBox: `0 0 ${LEFT + width + 4} ${height + BOTTOM}`, role: "img", "font-size": 9, fill: "currentColor" });
  const title = draw("title", svg, {});
  const cells = [];
  for (let i = 0; i < columns; i += 1) {
    for (let j = 0; j < rows; j += 1) {
      const x = LEFT + i * CELL, y = (rows - 1 - j) * CELL;
      const square = draw("rect", svg, { x, y, width: CELL, height: CELL, stroke: "rgba(127,127,127,.35)", "stroke-width": 0.5 });
      const letter = draw("text", svg, { x: x + CELL / 2, y: y + CELL / 2 + 3, "text-anchor": "middle", "pointer-events": "none" });
      square.addEventListener("click", () => { place[0] = i; if (rows > 1) place[1] = j; show(); });
      cells.push({ i, j, square, letter });
    }
  }
  // The words of an axis on two lines at most; what is longer is in its slider's label.
  const inLines = (words) => {
    const lines = [""];
    for (const word of words.split(" ")) {
      if (lines.at(-1) && lines.at(-1).length + word.length >= WIDEST) lines.push("");
      lines.push(`${lines.pop()} ${word}`.trim());
    }
    return lines.slice(0, 2);
  };
  const axis = (parameter, attributes, gap) => inLines(parameter.label).forEach((line, k) => {
    draw("text", svg, attributes(k * gap)).textContent = line;
  });
  [0, columns - 1].forEach((i) => {
    draw("text", svg, { x: LEFT + (i + 0.5) * CELL, y: height + 11, "text-anchor": "middle" }).textContent = parameters[0].texts[i];
  });
  axis(parameters[0], (down) => ({ x: LEFT + width / 2, y: height + 25 + down, "text-anchor": "middle" }), 11);
  if (parameters[1]) {
    [0, rows - 1].forEach((j) => {
      draw("text", svg, { x: LEFT - 4, y: (rows - 1 - j + 0.5) * CELL + 3, "text-anchor": "end" }).textContent = parameters[1].texts[j];
    });
    axis(parameters[1], (right) => ({ transform: `translate(${9 + right} ${height / 2}) rotate(-90)`, "text-anchor": "middle" }), 11);
  }
  const marker = draw("rect", svg, { id: "explorer-marker", width: CELL, height: CELL, fill: "none", stroke: "currentColor", "stroke-width": 2.5, rx: 3, "pointer-events": "none" });
  const legend = make("div", map);
  legend.className = "legend";

  function explain() {
    title.textContent = `${shown.label}. Across: ${parameters[0].label}${parameters[1] ? `; up: ${parameters[1].label}` : ""}.`;
    legend.textContent = "";
    for (const kind of shown.kinds) {
      const entry = make("span", legend);
      const swatch = make("span", entry, kind.letter);
      swatch.className = "swatch";
      Object.assign(swatch.style, { background: kind.colour, color: kind.ink });
      entry.append(kind.name);
    }
  }

  function show() {
    outputs.forEach(({ input, output }, k) => {
      input.value = place[k];
      output.textContent = parameters[k].texts[place[k]];
    });
    values.forEach((value, k) => write(value, readings[k]));
    for (const { i, j, square, letter } of cells) {
      const kind = kindAt(shown, [i, j, ...place.slice(2)].slice(0, sizes.length));
      square.setAttribute("fill", kind.colour);
      letter.textContent = kind.letter;
      letter.setAttribute("fill", kind.ink);
    }
    marker.setAttribute("x", LEFT + place[0] * CELL);
    marker.setAttribute("y", (rows - 1 - (place[1] || 0)) * CELL);
  }
  explain();
  show();
})();
