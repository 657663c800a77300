// What was measured where, and what to be warned of.

function hostLine(side) {
  const { kernel, backend, paging, cpu } = sides[side];
  return `${kernel}, ${backend} (${paging}), ${cpu}`;
}

function headline() {
  if (isOne) return hostLine(0);
  if (diff) return `${sideName(0)} \u2192 ${sideName(1)}`;
  if (steps.axis) return `${steps.axis.name} on ${sides[0].kernel}`;
  return `${sides.length} files, ${sideName(0)} to ${sideName(sides.length - 1)}`;
}

function clockText(side) {
  const { clock, khz, counts_instructions } = sides[side];
  if (counts_instructions) return "a tick is one instruction";
  return khz > 0 ? `${clock} ${(khz / 1000).toFixed(3)} MHz` : clock;
}

function where(side) {
  const { emulator, virtual_machine, hypervisor } = sides[side];
  return [emulator ? `emulated by ${emulator}` : "",
    virtual_machine ? `itself in a VM (${hypervisor})` : ""].filter((t) => t).join(", ");
}

function sessionsText(side) {
  const { sessions, boots } = sides[side];
  const rounds = sessions.reduce((sum, s) => sum + s.rounds, 0);
  return `${plural(sessions.length, "session")}, ${plural(rounds, "round")}, ` +
    plural(boots, "boot");
}

function lines(words) {
  return words.trim().split("\n").filter((line) => line.trim() !== "");
}

function warnings() {
  const all = [...(data.warnings ?? []), ...(diff?.warnings ?? []),
    ...(steps?.warnings ?? [])];
  sides.forEach((side, i) => {
    const who = isOne ? "" : `${sideName(i)}: `;
    if (side.partial) all.push(`${who}the measurement was interrupted`);
    if (isOne) all.push(...lines(side.disturbed), ...lines(side.two_places));
  });
  const forced = diff?.forced || steps?.forced;
  if (forced) all.unshift("The hosts are unlike; they were compared because of --force.");
  if (steps?.why_against_first) {
    all.unshift(steps.why_against_first.split("; --")[0] + ".");
  }
  return all;
}

// Why some functions are not compared.
function functionNotes() {
  const notes = data.functions?.notes ?? [];
  if (notes.length === 0) return null;
  return el("details", {}, el("summary", {}, plural(notes.length, "note") + " on functions"),
    sentences(notes));
}

function warningList() {
  const all = warnings();
  if (all.length === 0) return null;
  return el("details", { class: "warnings", open: all.length <= 4 || printing },
    el("summary", {}, plural(all.length, "warning")),
    sentences(all));
}

function hostOf(side) {
  const { backend, paging, cpu } = sides[side];
  return [`${backend} (${paging})`, cpu, where(side)].filter((t) => t).join(", ");
}

// The sides, and once the host that they share.
function sideTable() {
  const hosts = new Set(sides.map((_, side) => hostOf(side)));
  const shared = hosts.size === 1;
  const named = new Set(sides.map((side) => side.kernel)).size === sides.length ||
    sides.every((side) => side.label === side.file);
  const what = steps?.axis?.name ?? "what differs";
  const columns = [["", ""], ["kernel", ""], ...(named ? [] : [[what, ""]]),
    ...(shared ? [] : [["host", ""]]), ["compiler", "opt3"], ["sessions", "opt2"],
    ["outcomes", "opt2"], ["file", "opt3"]];
  const rows = sideOrder.map((side) => [
    el("td", { class: "dim" }, diff ? ["old", "new"][side] : String(side + 1)),
    sides[side].kernel, ...(named ? [] : [sideName(side)]),
    ...(shared ? [] : [hostOf(side)]), sides[side].compiler, sessionsText(side),
    sides[side].outcomes, el("td", { class: "file opt3", title: sides[side].file },
      baseNames(sides[side].file))]);
  const list = table(columns, rows, "sides");
  return [
    shared ? el("p", { class: "host" }, `On ${hostOf(0)}.`) : null,
    sides.length <= 4 ? list : el("details", { open: printing },
      el("summary", {}, `The ${sides.length} files`), list),
  ];
}

function oneHost() {
  const side = sides[0];
  return el("dl", { class: "facts" },
    fact("kernel", side.kernel), fact("KVM", `${side.backend}, ${side.paging}`),
    fact("CPU", side.cpu), where(0) ? fact("host", where(0)) : null,
    fact("clock", clockText(0)), fact("runs", sessionsText(0)),
    fact("cases", side.outcomes));
}

// The facts of a host, or those in which several differ.
function factTable() {
  const ofSides = sides.map((side) => new Map(side.facts));
  const keys = [...new Set(sides.flatMap((side) => side.facts.map(([key]) => key)))];
  const columns = [["fact", "fact-key"], ...sideOrder.map((side) =>
    [isOne ? "value" : diff ? ["old", "new"][side] : shortNames[side], "fact-value"])];
  return [
    keys.length === 0 ? nothing("All facts are alike.")
      : table(columns, keys.map((key) => [key,
      ...sideOrder.map((side) => ofSides[side].get(key) ?? NONE)]), "host-facts")];
}

function sessionTable() {
  const columns = [["session", "num"], ["started", ""], ["rounds", "num"], ["events", "num"],
    ["CPUs", ""], ["seed", "num"], ["seconds", "num"], ["settings", ""]];
  return table(columns, sides[0].sessions.map((s, i) => [String(i + 1),
    s.started + (s.quick ? " (quick)" : "") + (s.partial ? " (interrupted)" : ""),
    number(s.rounds), number(s.events), s.cpus, String(s.seed), number(s.seconds),
    s.settings.map(([key, value]) => `${key}=${value}`).join(", ")]), "sessions");
}

function factDetails() {
  return el("details", { class: "host-details" },
    el("summary", {}, isOne ? "Host and sessions in full" : "What differs between the hosts"),
    isOne ? [sessionTable(), el("p", { class: "note" }, sides[0].version)] : null,
    factTable());
}

function summary() {
  return el("section", { class: "summary" },
    isOne ? oneHost() : sideTable(), factDetails(), functionNotes(), warningList());
}
