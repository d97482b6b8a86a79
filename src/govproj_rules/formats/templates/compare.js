// The filters of a comparison. They show and hide what stands in the page, by its data- attributes, and combine.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const boards = all(".board");
const rows = all("tbody.row").map((body) => ({
  body,
  board: body.closest(".board"),
  topic: body.dataset.topic,
  group: body.dataset.group,
  head: one("th.topic", body),
  cells: all("td.cell", body),
  chips: all(".chip", body),
  reasons: all(".reason", body),
  relations: one("tr.relations", body),
  parted: one(".parted", body),
  details: one("details.reasons", body),
}));
const groups = all("tbody.group").map((body) => ({ body, board: body.closest(".board"), name: body.dataset.group }));
const everywhere = all("[data-city]");
const wide = all("[data-wider]");
const cities = all("#cities input");
const relations = all("#relations input");
const topics = all("input[data-topic]");
const branches = all("li.branch").map((branch) => ({
  branch,
  whole: one("input[data-group]", branch),
  leaves: all("li.leaf", branch),
  topics: all("input[data-topic]", branch),
}));
const text = one("#text");
const find = one("#find");

// --- text, in the language shown -------------------------------------------------------------------

const plain = (said) => said.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
const read = new Map();

/** All text of an element but that of the other language; read once a language. */
const textOf = (element) => {
  const lang = root.lang;
  if (!read.has(lang)) read.set(lang, new WeakMap());
  const known = read.get(lang);
  if (!known.has(element)) {
    const other = (node) => node.nodeType === Node.ELEMENT_NODE && node.lang && node.lang !== lang;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      other(node) ? NodeFilter.FILTER_REJECT : node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
    let said = "";
    while (walker.nextNode()) said += walker.currentNode.data;
    known.set(element, plain(said));
  }
  return known.get(element);
};

// --- the filters -----------------------------------------------------------------------------------

const chosen = (boxes, name) => boxes.filter((box) => box.checked).map(name);

const apply = () => {
  const shownCities = new Set(chosen(cities, (box) => box.value));
  const wantedTopics = new Set(chosen(topics, (box) => box.dataset.topic));
  const wantedRelations = new Set(chosen(relations, (box) => box.value));
  const words = plain(text.value).split(" ").filter(Boolean);

  for (const element of everywhere) element.hidden = !shownCities.has(element.dataset.city);
  for (const cell of wide) cell.colSpan = Math.max(1, shownCities.size + Number(cell.dataset.wider));
  for (const board of boards) board.dataset.shown = shownCities.size;

  let count = 0;
  const met = new Map(boards.map((board) => [board, new Set()]));
  for (const row of rows) {
    for (const chip of row.chips) {
      const sides = all(".side", chip);
      for (const side of sides) side.hidden = all(".member", side).every((member) => member.hidden);
      chip.hidden = sides.filter((side) => !side.hidden).length < 2;
    }
    for (const reason of row.reasons) {
      reason.hidden = !(shownCities.has(reason.dataset.a) && shownCities.has(reason.dataset.b));
    }
    const chips = row.chips.filter((chip) => !chip.hidden);
    const reasons = row.reasons.filter((reason) => !reason.hidden);
    if (row.relations) row.relations.hidden = !row.parted && chips.length === 0;
    if (row.details) one(".open", row.details).hidden = reasons.length === 0;

    const parts = [row.head, row.parted, ...row.cells.filter((cell) => !cell.hidden), ...chips, ...reasons].filter(Boolean);
    const shown =
      (wantedTopics.size === 0 || wantedTopics.has(row.topic)) &&
      (wantedRelations.size === 0 || chips.some((chip) => wantedRelations.has(chip.dataset.relation))) &&
      words.every((word) => parts.some((part) => textOf(part).includes(word)));
    row.body.hidden = !shown;
    if (shown) {
      count += 1;
      met.get(row.board).add(row.group);
    }
  }
  for (const { body, board, name } of groups) body.hidden = !met.get(board).has(name);
  for (const board of boards) board.hidden = met.get(board).size === 0;
  for (const { whole, topics: own } of branches) {
    const marked = own.filter((box) => box.checked).length;
    whole.checked = marked === own.length;
    whole.indeterminate = marked > 0 && marked < own.length;
  }
  one("#all-topics").hidden = wantedTopics.size > 0;
  one("#chosen").hidden = wantedTopics.size === 0;
  one("#chosen").textContent = String(wantedTopics.size);
  one("#shown").textContent = String(count);
  one("#none").hidden = count > 0;
};

/** Topics as the address keeps them: a whole group by its name and a star. */
const topicsChosen = () =>
  branches.flatMap(({ whole, topics: own }) => {
    const marked = chosen(own, (box) => box.dataset.topic);
    return marked.length === own.length && own.length > 1 ? [`${whole.dataset.group}.*`] : marked;
  });

const changed = () => {
  apply();
  remember({
    topic: topicsChosen(),
    hide: cities.filter((box) => !box.checked).map((box) => box.value),
    relation: chosen(relations, (box) => box.value),
    text: text.value.trim() ? [text.value.trim()] : [],
  });
};

const restore = () => {
  const kept = address();
  const hidden = new Set(kept.getAll("hide"));
  const related = new Set(kept.getAll("relation"));
  const named = new Set(kept.getAll("topic"));
  for (const box of cities) box.checked = !hidden.has(box.value);
  for (const box of relations) box.checked = related.has(box.value);
  for (const { whole, topics: own } of branches) {
    const every = named.has(`${whole.dataset.group}.*`);
    for (const box of own) box.checked = every || named.has(box.dataset.topic);
  }
  text.value = kept.get("text") ?? "";
  apply();
};

const narrow = () => {
  const wanted = plain(find.value).trim();
  for (const { branch, whole, leaves } of branches) {
    const group = textOf(whole.closest("label")).includes(wanted);
    for (const leaf of leaves) leaf.hidden = !(group || textOf(leaf).includes(wanted) || one("input", leaf).dataset.topic.includes(wanted));
    branch.hidden = leaves.every((leaf) => leaf.hidden);
  }
};

/** A page of silences alone has nothing to filter. */
const start = () => {
  for (const box of [...cities, ...relations, ...topics]) box.addEventListener("change", changed);
  for (const { whole, topics: own } of branches) {
    whole.addEventListener("change", () => {
      for (const box of own) box.checked = whole.checked;
      changed();
    });
  }
  text.addEventListener("input", changed);
  find.addEventListener("input", narrow);
  one("#reset").addEventListener("click", () => {
    for (const box of cities) box.checked = true;
    for (const box of [...relations, ...topics]) box.checked = false;
    text.value = find.value = "";
    narrow();
    changed();
  });
  document.addEventListener("spoken", () => {
    narrow();
    apply();
  });
  addEventListener("hashchange", restore);
  one(".filters").hidden = false;
  restore();
};

// --- cards and the list of topics: one open at a time, closed by Escape or a click elsewhere --------

const floating = () => all("details.article[open], details.menu[open]");

document.addEventListener("click", (event) => {
  for (const open of floating()) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of floating()) {
    open.open = false;
    if (open.contains(document.activeElement)) one("summary", open).focus();
  }
});

if (matchMedia("(max-width: 699.98px)").matches && one(".legend")) one(".legend").open = false;
if (one(".filters")) start();
