// The world as the mock tells it, drawn. Every value becomes text, never markup; every control is a call of the control API.
const BASE = '/_mock/';
const $ = (id) => document.getElementById(id);
const $$ = (query, box = document) => [...box.querySelectorAll(query)];
const on = (node, type, act) => node.addEventListener(type, act, { passive: type === 'wheel' });
const pressed = (node, is) => { node.ariaPressed = String(is); };
const h = (tag, cls, ...inner) => {
	const node = document.createElement(tag);
	if (cls) node.className = cls;
	node.append(...inner.filter((one) => one || one === 0));
	return node;
};
// Its call is what a button of the control API does; a function is done here.
const button = (text, _call, cls) => Object.assign(h('button', cls, text), { type: 'button', _call });
const press = (text, onclick, cls) => Object.assign(button(text, null, cls), { onclick });
const h2 = (text) => h('h2', 0, text);
const cell = (text, cls) => h('td', cls, text);
const table = (heads, ...rows) => h('table', 0, h('tr', 0, ...heads.split(',').map((text) => h('th', 0, text))), ...rows);
const bullets = (list, cls) => h('ul', cls, ...list.map((one) => h('li', 0, one)));
const option = (value, text) => Object.assign(h('option', 0, text), { value });
const fill = (node, ...inner) => node.replaceChildren(...inner.filter(Boolean));
const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const tabs = $$('[data-view]');
const [floor, log, side] = ['floor', 'log', 'side'].map($);

// What is known.
const world = { epoch: 0, version: 0, servers: new Map(), lines: [], racks: [] };
const clock = { now: 0, rate: 0, wall: 0 };
const look = { view: 'racks', server: null, line: null, story: null, cursor: null, state: 'all', find: '', trace: '', odd: false, follow: true, kinds: new Set($$('[data-kind]').map((one) => one.dataset.kind)), marked: new Set() };
let verdict = null;
const virtual = () => clock.now + clock.rate * (performance.now() - clock.wall);

// Words for times.
const stamp = (at) => new Date(at).toISOString();
const clean = (text) => text.replace('.000', '');
const hour = (at) => clean(stamp(at).slice(11, 23));
const span = (ms) => {
	const s = Math.max(0, Math.round(ms / 1000));
	const parts = [[86400, 'd', 1e9], [3600, 'h', 24], [60, 'm', 60], [1, 's', 60]].map(([size, unit, most]) => [Math.floor(s / size) % most, unit]);
	const first = parts.findIndex(([n]) => n);
	return first < 0 ? '0s' : parts.slice(first, first + 2).filter(([n]) => n).map((one) => one.join('')).join(' ');
};
const words = (text) => String(text).replaceAll('_', ' ');
const email = (id) => world.users.get(id) || 'user ' + id;
const nameOf = (id) => world.servers.get(id)?.name || 'server ' + id;

// Calls of the control API, and the line that shows them.
const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
const curl = ({ method, path, body }) => `curl -s${location.protocol === 'https:' ? 'k' : ''} -X ${method} ${location.origin}${BASE}${path}${body ? ' -d ' + quote(JSON.stringify(body)) : ''}`;
const post = (path, body) => ({ method: 'POST', path, body });
const as = (body) => ($('who') && $('who').value ? { ...body, by: { person: 'customer', user: Number($('who').value) } } : body);
const ALONE = ['expire_sessions', 'licence'], NUMBERS = ['os_template', 'owner', 'address'];
// A button knows its call; one of a row sends the fields of the row too.
const callOf = (node) => {
	if (node._call) return typeof node._call === 'function' ? node._call() : node._call;
	const { post: path, act, body } = node.dataset;
	const sent = body && JSON.parse(body);
	if (path) return post(path, sent);
	if (!act) return null;
	const all = { ...(ALONE.includes(act) ? {} : { server: look.server }), ...sent };
	for (const { name, value, type } of $$('[name]', node.parentNode)) all[name] = type === 'number' || NUMBERS.includes(name) ? Number(value) || null : value;
	return post('panel/' + act, as(all));
};
const done = [];
const show = (call) => call && Object.assign($('curl'), { textContent: curl(call), title: curl(call) });
const said = (text, bad) => Object.assign($('said'), { textContent: text, title: text, className: bad ? 'bad' : '' });
const copy = async (text) => {
	try { await navigator.clipboard.writeText(text); said('copied'); } catch {
		// Without a secure context there is no clipboard: select it, so that the usual key copies it.
		getSelection().selectAllChildren($('curl'));
		said('selected, copy it with the keyboard');
	}
};
const perform = async (call) => {
	if (!show(call)) return;
	let text = 'no answer', bad = true;
	try {
		const answer = await fetch(BASE + call.path, { method: call.method, body: call.body && JSON.stringify(call.body) });
		const body = await answer.json();
		bad = !answer.ok;
		text = answer.status + ' ' + (bad ? body.error.msg + ' ' + JSON.stringify(body.error.value || '') : outcome(body));
	} catch { /* said below */ }
	said(text, bad);
	done.unshift({ call, text, bad });
	drawCalls();
	pull();
};
const due = (one) => words(one.event) + (one.server ? ' ' + nameOf(one.server) : '');
const outcome = (body) => {
	const { fired } = body;
	if (fired) return fired.length ? `fired ${fired.length}: ` + fired.slice(0, 4).map(due).join(', ') : 'nothing was due';
	if (body.operation) return 'operation ' + body.operation;
	return 'done';
};
const drawCalls = () => fill($('calls'), ...done.slice(0, 40).map(({ call, text, bad }) => h('li', 0, h('code', 0, curl(call)), h('span', bad ? 'bad' : 'meta', text.slice(0, 3)), press('Copy', () => copy(curl(call))))));

// News: an event says that there is something, one look fetches all of it.
let looking = false, again = false;
const pull = async () => {
	if (looking) { again = true; return; }
	looking = true;
	try {
		const answer = await fetch(BASE + 'view?epoch=' + world.epoch + '&after=' + world.version);
		if (answer.ok) take(await answer.json());
	} catch { live(false); }
	looking = false;
	// At most some twenty looks a second, however fast things happen.
	if (again) { again = false; setTimeout(pull, 50); }
};
const live = (on) => { $('live').classList.toggle('on', on); say($('live'), on ? 'live' : 'reconnecting'); };
const listen = () => {
	const events = new EventSource(BASE + 'events');
	for (const name of ['call', 'occurrence', 'changed']) events.addEventListener(name, pull);
	events.onopen = () => { live(true); pull(); };
	events.onerror = () => {
		live(false);
		if (events.readyState === 2) setTimeout(listen, 1000);
	};
};

const take = (news) => {
	if (news.full) {
		world.servers.clear();
		world.lines = [];
		rails.clear();
		look.marked.clear();
		setFollow(true);
		if (world.epoch) { look.line = null; look.story = null; }
	}
	const { servers, lines, users, templates, locations, ...rest } = news;
	const told = String(world.promises);
	Object.assign(world, rest, { users: new Map(users), templates: new Map(templates), locations: new Map(locations) });
	Object.assign(clock, { now: Date.parse(news.now), rate: news.rate, wall: performance.now() });
	for (const server of servers) {
		server.fresh = !news.full;
		server.hay = haystack(server);
		world.servers.set(server.id, server);
	}
	for (const line of lines) keep(line);
	if (String(world.promises) !== told) readLedger();
	draw(news.full || servers.length, news.full || lines.length);
};
const readLedger = async () => {
	try { verdict = await (await fetch(BASE + 'ledger')).json(); } catch { return; }
	drawLedger();
};

// Racks. A cell stands at a computed place, and only those in sight exist.
const busy = (s) => s.operation?.status === 'run';
const sold = (s) => s.owner !== null || s.item !== null;
const STATES = { all: () => true, free: (s) => s.state === 'free', busy, sold, stopped: (s) => s.stopped || s.state === 'suspended', trouble: (s) => s.trouble.length > 0 };
const haystack = (s) => [s.name, '#' + s.id, s.domain, s.state, s.owner === null ? '' : email(s.owner), s.item === null ? '' : 'item ' + s.item, s.configuration, s.mac, ...s.ips.map((one) => one.ip), ...s.trouble].join('\n').toLowerCase();
const plan = { columns: [] };
const cells = new Map();
const heads = [];
const PLACE = 22, RACK = 20;

const arrange = () => {
	const test = STATES[look.state];
	const counts = {};
	const byRack = new Map();
	const total = new Map();
	plan.shown = 0;
	for (const s of world.servers.values()) {
		const key = s.rack;
		total.set(key, (total.get(key) || 0) + 1);
		if (look.find && !s.hay.includes(look.find)) continue;
		for (const id in STATES) counts[id] = (counts[id] || 0) + STATES[id](s);
		if (!test(s)) continue;
		plan.shown += 1;
		if (!byRack.has(key)) byRack.set(key, []);
		byRack.get(key).push(s);
	}
	const used = world.racks.filter((rack) => byRack.has(rack.key));
	const width = floor.clientWidth - 28;
	const across = Math.max(1, Math.min(used.length, Math.floor(width / 212)));
	const most = (list) => Math.max(1, ...list.map((rack) => byRack.get(rack.key).length));
	// One screen of racks is stretched to fill it.
	const room = Math.floor((floor.clientHeight - PLACE - RACK - 8) / most(used));
	plan.row = used.length <= across ? Math.min(84, Math.max(66, room)) : 68;
	plan.columns = [];
	let y = 0;
	for (let first = 0; first < used.length; first += across) {
		const chunk = used.slice(first, first + across);
		const wide = (width - 10 * (across - 1)) / across;
		chunk.forEach((rack, i) => {
			const servers = byRack.get(rack.key);
			servers.sort((a, b) => a.place - b.place || a.id - b.id);
			plan.columns.push({ rack, servers, all: total.get(rack.key), x: 14 + i * (wide + 10), y, wide, named: i === 0 || chunk[i - 1].location !== rack.location });
		});
		y += PLACE + RACK + plan.row * most(chunk) + 8;
	}
	$('sheet').style.height = y + 'px';
	for (const node of $('states').children) node.lastChild.textContent = counts[node.dataset.state] || 0;
	say($('shown'), plan.shown === world.servers.size ? '' : plan.shown + ' of ' + world.servers.size + ' servers');
	for (const node of heads.splice(0)) node.remove();
	const head = (node, x, y, wide) => { put(node, x, y, wide); heads.push(node); };
	for (const { rack, servers, all, x, y: top, wide, named } of plan.columns) {
		head(h('div', 'rack', h('span', 0, rack.name), h('span', 0, (servers.length === all ? '' : servers.length + ' of ') + all + (all === 1 ? ' server' : ' servers'))), x, top + PLACE, wide);
		if (named) head(h('div', 'place', world.locations.get(rack.location)), x, top, wide);
	}
	if (!plan.columns.length) head(h('p', 'none', 'No server is like that.'), 14, 0, width);
	$('sheet').append(...heads);
};
const put = (node, x, y, width) => Object.assign(node.style, { transform: `translate(${x}px, ${y}px)`, width: width + 'px' });
const drawRacks = () => {
	if (look.view !== 'racks') return;
	const from = floor.scrollTop - 300, to = from + floor.clientHeight + 600;
	const wanted = new Set();
	for (const column of plan.columns) {
		const top = column.y + PLACE + RACK;
		const first = Math.max(0, Math.floor((from - top) / plan.row));
		const last = Math.min(column.servers.length, Math.ceil((to - top) / plan.row));
		for (let i = first; i < last; i += 1) {
			const s = column.servers[i];
			wanted.add(s.id);
			let cell = cells.get(s.id);
			if (!cell || cell._server !== s) {
				const made = unit(s);
				if (cell) cell.replaceWith(made); else $('sheet').append(made);
				cell = made;
				cells.set(s.id, cell);
			}
			put(cell, column.x, top + i * plan.row, column.wide);
			cell.style.height = plan.row + 'px';
			cell.classList.toggle('on', look.server === s.id);
			cell.classList.toggle('cursor', look.cursor === s.id && document.activeElement === floor);
			cell.ariaSelected = look.server === s.id;
		}
	}
	for (const [id, cell] of cells) if (!wanted.has(id)) { cell.remove(); cells.delete(id); }
	if (look.cursor) floor.setAttribute('aria-activedescendant', 's' + look.cursor);
	tick();
};
const titled = (node, title) => Object.assign(node, { title });
const lightClass = (port) => 'l ' + (!port.admin ? 'down' : port.oper ? 'up' : 'ring') + (port.bmc ? ' bmc' : '');
const upDown = (is) => (is ? 'up' : 'down');
const lightWords = (port) => `${port.bmc ? 'BMC' : 'data'} ${port.name}: admin ${upDown(port.admin)}, oper ${upDown(port.oper)}`;
const light = (port) => { const node = titled(h('i', lightClass(port)), lightWords(port)); node.dataset.port = port.id; return node; };
const lights = (s) => h('span', 'lights', ...s.ports.map(light));
const level = (list, foreign) => (list.length ? (foreign ? 2 : 1) : 0);
const diskWords = (d) => `${d.serial}, ${d.size_gb} GB; boot: ${traces(d.boot)}; data: ${traces(d.data)}${d.hidden ? '; hidden' : ''}${d.read_only ? '; read-only' : ''}`;
const traces = (list) => list.map(whose).join(', ') || 'clean';
const whose = (text) => text.replace(/^user (\d+)$/, (_, id) => email(Number(id)));
const disk = (d) => titled(h('i', 'd b' + level(d.boot, d.foreign_boot) + ' d' + level(d.data, d.foreign_data) + (d.hidden ? ' hide' : '') + (d.read_only ? ' lock' : '')), diskWords(d));
const tag = (is, kind, title, text) => is && titled(h('span', 'tag ' + kind, text || kind), title);
const tags = (s) => [tag(s.item !== null, 'item', 'bound to item ' + s.item, '#' + s.item), tag(s.maintenance, 'maint', 'maintenance'), tag(s.protected, 'prot', 'protected'), tag(s.quarantine, 'quar', 'quarantine')];
const stateClass = (s) => 'st ' + (busy(s) ? 'busy' : s.state.replaceAll(' ', '-'));
const powerClass = (s) => 'p ' + (s.pending ? 'pending ' : '') + s.power;
const powerWords = (s) => `power ${s.power}${(s.power === 'on') === s.running && s.power !== 'unknown' ? '' : ', physically ' + (s.running ? 'on' : 'off')}${s.pending ? `, ${s.pending} was asked for` : ''}`;
const templateOf = (s) => world.templates.get(s.template);
const task = (o) => words(o.kind).replace('server ', '') + (o.clear !== 'none' ? ' ' + o.clear : '');
const unit = (s) => {
	const template = templateOf(s);
	const o = s.operation;
	const failed = o && (o.status === 'fail' || o.status === 'canceled' || o.cut);
	const trouble = s.trouble.length > 0 && titled(h('span', 'warn', '!'), s.trouble.join('\n'));
	const who = s.owner !== null ? h('span', 'grow', email(s.owner)) : h('span', 'grow dim warn', s.trouble[0]);
	const last = busy(s)
		? h('div', 0, h('span', 'dim', task(o)), bar(o), h('span', 'dim left'))
		: failed
			? h('div', 0, h('span', 'grow dim bad', task(o) + ' ' + ({ fail: 'failed', canceled: 'cancelled' }[o.status] || 'cut') + (o.reason ? ': ' + words(o.reason) : '')))
			: h('div', 0, h('span', 'grow dim', [template, s.configuration].filter(Boolean).join(' · ')));
	const node = h('div', 'u' + (s.fresh ? ' fresh' : ''),
		h('span', 'no', s.place < 9999 ? s.place : ''), titled(h('i', 'pw ' + powerClass(s)), powerWords(s)),
		h('div', 0, titled(h('b', 0, s.name), s.name), h('span', stateClass(s), s.state, trouble && ' ', trouble), lights(s)),
		h('div', 0, who, ...tags(s)),
		h('div', 0, h('span', 'grow mono dim', s.ips.map((one) => one.ip + (one.ready ? '' : '…')).join(' ')), h('span', 'disks', ...s.disks.map(disk))),
		last);
	s.fresh = false;
	node.dataset.server = s.id;
	return Object.assign(node, { id: 's' + s.id, _server: s, role: 'option', ariaLabel: [s.name, s.state, powerWords(s), ...s.ports.map(lightWords), s.owner === null ? 'no owner' : 'owner ' + email(s.owner), ...s.trouble].join(', ') });
};
const bar = (_operation) => Object.assign(h('div', 'work', h('i')), { _operation });
const move = (key) => {
	const { columns, row } = plan;
	if (!columns.length) return;
	const at = (servers) => servers.findIndex((s) => s.id === look.cursor);
	const within = (n, list) => Math.max(0, Math.min(list.length - 1, n));
	const old = columns.findIndex((one) => at(one.servers) >= 0);
	const step = (more, less) => (old < 0 ? 0 : (key === more) - (key === less));
	const column = columns[within(old + step('ArrowRight', 'ArrowLeft'), columns)];
	const i = within((old < 0 ? 0 : at(columns[old].servers)) + step('ArrowDown', 'ArrowUp'), column.servers);
	look.cursor = column.servers[i].id;
	const y = column.y + PLACE + RACK + i * row;
	if (y < floor.scrollTop) floor.scrollTop = i ? y : column.y;
	floor.scrollTop = Math.max(floor.scrollTop, y + row - floor.clientHeight);
	if (look.server) select(look.cursor);
	drawRacks();
};

// Timeline.
const ROW = 22;
let rows = [];
const rails = new Map();
const isCall = (line) => line.kind === 'call';
const isOdd = (line) => line.kind === 'broken' || (isCall(line) && (line.status >= 400 || Boolean(line.fault)));
const group = (line) => (isCall(line) ? (line.method === 'GET' ? 'read' : 'write') : line.kind === 'lever' ? 'person' : line.kind);
const ends = (fact) => ['report', 'task'].includes(fact?.fact);
const keep = (line) => {
	line.time = Date.parse(line.at);
	const fact = line.fact;
	if (fact?.fact === 'begin' && !rails.has(fact.item)) {
		let slot = 0;
		while ([...rails.values()].includes(slot)) slot += 1;
		if (slot < 8) rails.set(fact.item, slot);
	}
	line.rails = [...rails.values()];
	if (ends(fact)) rails.delete(fact.item);
	world.lines.push(line);
	if (world.lines.length > 24e3) world.lines.splice(0, 4e3);
};
const only = () => {
	const text = look.trace.trim().toLowerCase();
	const found = [...world.servers.values()].find((s) => [String(s.id), '#' + s.id, s.name.toLowerCase()].includes(text));
	return text ? (found ? found.id : -1) : null;
};
const sift = () => {
	const server = only();
	rows = [];
	let before = null;
	for (const line of world.lines) {
		if (server !== null && line.server !== server) continue;
		if (look.odd ? !isOdd(line) : line.kind !== 'broken' && !look.kinds.has(group(line))) continue;
		if (before !== null && line.time - before >= 60000) rows.push({ gap: line.time - before });
		line.same = before === line.time;
		before = line.time;
		rows.push(line);
	}
	$('roll').style.height = rows.length * ROW + 'px';
	const shown = rows.filter((line) => !line.gap).length, all = world.lines.length;
	say($('lines'), server === -1 ? 'no such server' : (shown === all ? '' : shown + ' of ') + all + ' lines');
	if (look.follow && look.view === 'timeline') log.scrollTop = rows.length * ROW;
};
const drawLog = () => {
	if (look.view !== 'timeline') return;
	const first = Math.max(0, Math.floor(log.scrollTop / ROW) - 8);
	const last = Math.min(rows.length, Math.ceil((log.scrollTop + log.clientHeight) / ROW) + 8);
	const chosen = world.lines.find((line) => line.n === look.line);
	const made = [];
	for (let i = first; i < last; i += 1) {
		const node = rows[i].gap ? h('div', 'gap', '+' + span(rows[i].gap)) : row(rows[i], chosen);
		put(node, 0, i * ROW, log.clientWidth);
		made.push(node);
	}
	if (!rows.length) made.push(h('p', 'none', 'Nothing has happened yet.'));
	fill($('roll'), ...made);
	drawAxis(first, last);
};
const relog = () => { sift(); drawLog(); };
const row = (line, chosen) => {
	const kin = chosen && line !== chosen && line.call && line.call === chosen.call;
	const cls = ['row', isOdd(line) && 'odd', kin && 'kin', look.marked.has(line.n) && 'mark', chosen === line && 'sel'].filter(Boolean).join(' ');
	const time = h('time', line.same && chosen !== line ? 'same' : '', hour(line.time));
	const most = Math.max(-1, ...line.rails) + 1;
	const track = most ? h('span', 'rails', ...line.rails.map((slot) => { const i = h('i'); i.style.left = slot * 5 + 'px'; return i; })) : null;
	if (track) track.style.width = most * 5 + 'px';
	const service = h('span', line.fact?.fact === 'begin' || ends(line.fact) ? 'svc' : 'svc quiet', track, line.kind === 'service' ? line.text.replace('BILLmanager ', '') : '');
	const call = isCall(line) ? h('span', 'call ' + group(line), h('span', 'verb', line.method), h('code', 0, line.text), h('span', 'end', tag(line.fault, 'fault', 'injected', line.fault), ' ', h('span', line.status >= 400 && 'bad', line.status))) : h('span');
	const happened = !isCall(line) && line.kind !== 'service';
	const man = ['person', 'lever'].includes(line.kind);
	const what = h('span', line.kind === 'broken' ? 'bad' : man && 'man', happened && (line.kind === 'lever' ? 'lever: ' : '') + plainly(line.text));
	what.title = happened ? line.text : '';
	const node = h('div', cls, time, service, call, what, h('span', 'meta', line.server ? nameOf(line.server) : ''));
	node.dataset.n = line.n;
	return Object.assign(node, { id: 'n' + line.n, role: 'option', ariaSelected: chosen === line });
};
const plainly = (text) => text.replace(/\buser (\d+)/g, (all, id) => world.users.get(Number(id)) || all).replace(/^(\S+) broken at \S+ on server \d+:/, '$1 violated:').replace(/(, clear_hdd None)?( \((call [\d-]+|DCImanager itself)\))?$/, '');
const drawAxis = (first, last) => {
	const canvas = $('axis');
	const width = canvas.clientWidth;
	const dense = devicePixelRatio;
	canvas.width = width * dense;
	canvas.height = canvas.clientHeight * dense;
	const pen = canvas.getContext('2d');
	pen.scale(dense, dense);
	const css = getComputedStyle(document.documentElement);
	const colour = (name) => css.getPropertyValue(name).trim();
	const lines = rows.filter((line) => !line.gap);
	pen.font = '10px ' + colour('--mono');
	pen.fillStyle = colour('--soft');
	['service', 'exchanges', 'world'].forEach((word, i) => pen.fillText(word, 14, 16 + i * 16));
	if (!lines.length) return;
	// Quiet hours are squeezed: a gap is as wide as its logarithm, so that a burst and a night fit on one screen.
	const left = 92, right = width - 14;
	let sum = 0;
	const at = lines.map((line, i) => (sum += i && 0.12 + 1.5 * Math.log2(1 + (line.time - lines[i - 1].time) / 1000)));
	const x = (i) => left + (at[i] / (sum || 1)) * (right - left);
	canvas._at = { lines, x };
	const low = Math.min(first + 8, rows.length - 1), high = Math.max(0, last - 9);
	const seen = new Set(rows.slice(low, high + 1));
	const sight = [...lines.keys()].filter((i) => seen.has(lines[i]));
	const box = (name, ...place) => { pen.fillStyle = colour(name); pen.fillRect(...place); };
	if (sight.length && sight.length < lines.length) box('--tint', x(sight[0]) - 2, 2, Math.max(4, x(sight.at(-1)) - x(sight[0]) + 4), 52);
	for (const y of [12, 28, 44]) box('--line', left, y, right - left, 1);
	const open = new Map();
	const rail = ([from, slot], to) => box('--accent', from, 7 + (slot % 3) * 4, Math.max(2, to - from), 3);
	lines.forEach((line, i) => {
		const { fact, kind } = line, here = x(i);
		if (fact?.fact === 'begin') open.set(fact.item, [here, line.rails.at(-1) || 0]);
		if (ends(fact) && open.has(fact.item)) { rail(open.get(fact.item), here); open.delete(fact.item); }
		if (kind === 'broken') { box('--bad', here - 3, 37, 7, 7); box('--bad', here, 2, 1, 52); }
		else if (isOdd(line)) box('--bad', here, 21, 2, 15);
		else if (isCall(line)) box(line.method === 'GET' ? '--edge' : '--ink', here, 24, 1.2, 9);
		else if (kind !== 'service') box(kind === 'world' ? '--good' : '--accent', here, 40, 1.4, 9);
		if (look.marked.has(line.n)) box('--warn', here - 2, 51, 5, 3);
	});
	for (const one of open.values()) rail(one, right);
	pen.fillStyle = colour('--soft');
	let free = 0;
	lines.forEach((line, i) => { if (x(i) >= free && (!i || line.time !== lines[i - 1].time)) { pen.fillRect(x(i), 56, 1, 4); pen.fillText(hour(line.time), Math.min(x(i), right - 50), 70); free = x(i) + 72; } });
	const n = lines.findIndex((line) => line.n === look.line);
	if (n >= 0) box('--accent', x(n) - 0.5, 2, 2, 58);
};
const reveal = (n) => {
	const i = rows.findIndex((line) => line.n === n);
	if (i * ROW < log.scrollTop || (i + 1) * ROW > log.scrollTop + log.clientHeight) log.scrollTop = i * ROW - log.clientHeight / 2;
	setFollow(false);
};
const setFollow = (on) => { look.follow = on; pressed($('follow'), on); if (on) log.scrollTop = rows.length * ROW; };

// Ledger.
const drawLedger = () => {
	const count = { held: 0, broken: 0, 'not judged': 0 };
	for (const [id, state, stories] of world.promises) {
		count[state] += 1;
		const [li] = $$(`[data-promise=${id}]`);
		li.className = state.replace(' ', '-');
		say($$('.word', li)[0], state === 'broken' ? 'violated' + (stories > 1 ? ' ×' + stories : '') : state);
		const found = verdict?.promises.find((one) => one.id === id);
		const list = found?.stories || [], measured = found?.measured || [];
		const sum = list.length + JSON.stringify(measured);
		if (li._sum === sum) continue;
		li._sum = sum;
		fill($$('.stories', li)[0], ...list.map((story, i) => press(plainly(story.split('\n')[0].replace(/^.* on server (\d+)/, (_, id) => nameOf(Number(id)))), () => { look.story = { id, i }; look.line = null; drawSide(); }, 'plain')),
			...measured.map((one) => h('p', 0, 'item ' + one.item + ', ' + nameOf(one.server) + ': ' + one.seconds + ' s')));
	}
	const [bad, rest] = $('verdict').children;
	say(bad, world.violations ? world.violations + (world.violations === 1 ? ' violation' : ' violations') : '');
	say(rest, (world.violations ? ' in ' + count.broken + ' · ' : '') + count.held + ' held · ' + count['not judged'] + ' not judged');
	say($('count-ledger'), world.violations ? String(world.violations) : '');
	};
const tell = ({ id, i }) => {
	const story = verdict?.promises.find((one) => one.id === id).stories[i];
	if (!story) return [h('p', 'none', 'This story is gone.')];
	const [head, ...rest] = story.split('\n');
	const [, at, server, wrong] = head.match(/^\S+ broken at (\S+) on server (\d+): (.*)$/) || ['', '', '0', head];
	const steps = rest.map((text) => text.match(/^ {2}(\d{4}-\S+Z) (.*)$/)).filter(Boolean);
	const find = (when, text) => world.lines.find((line) => line.server === Number(server) && line.at === when && line.text === text);
	const here = world.lines.find((line) => line.kind === 'broken' && line.text === head);
	const marks = () => { look.marked = new Set(steps.map(([, when, text]) => find(when, text)).concat(here).filter(Boolean).map((line) => line.n)); };
	const jump = (line) => { marks(); trace(Number(server)); look.line = line ? line.n : null; view('timeline'); sift(); if (line) reveal(line.n); drawLog(); };
	return [
		h('p', 'bad', h('b', 0, id + ' violated: '), plainly(wrong)),
		h('dl', 0, h('dt', 0, 'when'), h('dd', 'mono', at), h('dt', 0, 'server'), h('dd', 0, nameOf(Number(server)))),
		h('div', 'two', press('Show on the timeline', () => jump(here), 'primary')),
		h2('What led to it'),
		h('ol', 'trail', ...steps.map(([, when, text]) => { const line = find(when, text); const node = press(plainly(text), () => jump(line), 'plain'); node.disabled = !line; return h('li', 0, h('time', 0, hour(Date.parse(when))), node); })),
		h('p', 'mono', (rest.at(-1) || '').trim()),
	];
};

// Faults.
const drawFaults = () => {
	say($('count-faults'), world.faults.length ? String(world.faults.length) : '');
	const sum = JSON.stringify(world.faults);
	if (world.faultSum === sum) return;
	world.faultSum = sum;
	if (!world.faults.length) { fill($('rules'), h('p', 'meta', 'none')); return; }
	fill($('rules'), table('operation,kind,passes,spoils,matched,hits,', ...world.faults.map((one) => {
		const spent = one.times !== null && one.hits >= one.times;
		const row = h('tr', 0, h('td', 0, h('code', 0, one.operation)), titled(h('td', 0, h('code', spent ? 'meta' : '', one.effect)), JSON.stringify(one.params)), ...[one.skip, one.times === null ? 'all' : one.times, one.matched].map((n) => cell(n, 'num')), cell(one.hits + (spent ? ' spent' : ''), 'num' + (one.hits ? ' bad' : '')), cell(button('Remove', { method: 'DELETE', path: 'faults/' + one.id })));
		row.dataset.fault = one.id;
		return row;
	})));
};
const number = (id) => Number($(id).value) || undefined;
const rule = () => {
	const { value: effect } = $$('[name=effect]:checked')[0], params = $('params').value.trim();
	try {
		return post('faults', { operation: $('operation').value, effect, skip: number('skip'), times: effect === 'refused' ? undefined : number('times'), params: params ? JSON.parse(params) : undefined });
	} catch { return said('the parameters are no JSON', true) && null; }
};

// Details of a server, of a line, or of a violation.
const drawSide = () => {
	const what = { ledger: look.story && 'story', timeline: look.line !== null && 'line', racks: look.server !== null && 'server' }[look.view];
	side.hidden = !what;
	if (!what) { side._key = ''; return; }
	const key = what + JSON.stringify(look[what]);
	const stay = side._key === key;
	if (what === 'server') {
		const server = world.servers.get(look.server);
		if (!server) return shut();
		if (!stay) fill(side, h('div'), h('div', 0, $('actions').content.cloneNode(true)));
		if (!stay || side._server !== server) { keepFocus(side.firstChild, () => fill(side.firstChild, ...facts(server))); offer(side.lastChild, server); }
		side._server = server;
	} else if (!stay) {
		fill(side, ...(what === 'story' ? [top('Violation'), ...tell(look.story)] : detail(world.lines.find((line) => line.n === look.line))));
	}
	if (!stay) side.scrollTop = 0;
	side._key = key;
};
const keepFocus = (box, redraw) => {
	const held = box.contains(document.activeElement) && document.activeElement.dataset.key;
	redraw();
	$$('[data-key]', box).find((one) => one.dataset.key === held)?.focus();
};
const keyed = (node, key) => { node.dataset.key = key; return node; };
const top = (text, ...more) => h('div', 'head', h('h3', 0, text), ...more, keyed(press('Close', shut), 'close'));
const shut = () => { look[{ ledger: 'story', timeline: 'line', racks: 'server' }[look.view]] = null; resized(); };
const select = (id) => { const was = look.server; look.server = id; if (was === null) resized(); else drawSide(); drawRacks(); };
const trace = (id) => { $('trace').value = look.trace = nameOf(id); };
const pairs = (...list) => h('dl', 0, ...list.filter((one) => one[1]).flatMap(([name, value]) => [h('dt', 0, name), h('dd', 0, value)]));
const facts = (s) => {
	const o = s.operation;
	const ports = s.ports.map((port) => {
		const flip = keyed(button(upDown(!port.admin), () => post('panel/port', as({ port: port.id, up: !port.admin }))), 'port' + port.id);
		const cut = keyed(button('unplug', () => post('panel/unplug', as({ port: port.id }))), 'cut' + port.id);
		return h('tr', 0, cell(light(port)), cell(port.name + (port.bmc ? ' BMC' : '')), cell(upDown(port.admin) + ' / ' + upDown(port.oper)), h('td', 0, flip, ' ', cut));
	});
	const disks = s.disks.map((d) => h('tr', 0, cell(disk(d)), cell(d.serial, 'mono'), cell(traces(d.boot), d.foreign_boot ? 'bad' : ''), cell(traces(d.data), d.foreign_data ? 'bad' : '')));
	const work = o && h('span', 0, task(o) + ' ' + o.id + ': ' + (busy(s) ? 'running' : o.status) + (o.reason ? ', ' + words(o.reason) : ''));
	return [
		top(s.name, h('span', 'meta', '#' + s.id)),
		pairs(['state', h('span', stateClass(s), s.state)], ['power', powerWords(s).replace('power ', '')], ['owner', s.owner && email(s.owner)], ['item', s.item && '#' + s.item],
			['template', templateOf(s)], ['addresses', s.ips.map((one) => one.ip).join(', ')], ['configuration', s.configuration], ['MAC', s.mac], ['badges', tags(s).some(Boolean) && h('span', 'lights', ...tags(s))], ['operation', work], ['', busy(s) && h('div', 'lights', bar(o), h('span', 'dim left'))]),
		s.trouble.length && bullets(s.trouble, 'warn'),
		h('div', 'two', press('Its timeline', () => { trace(s.id); view('timeline'); })),
		ports.length > 0 && table(',port,admin / oper,', ...ports),
		disks.length > 0 && table(',disk,boot,data', ...disks),
	];
};
const lists = (s) => ({ users: [...world.users], ips: s.ips.map((one) => [one.id, one.ip]), disks: s.disks.map((one) => [one.serial, one.serial]) });
const offer = (box, s) => {
	const all = lists(s);
	for (const node of $$('[data-list]', box)) {
		const { list: name, none } = node.dataset;
		const list = none ? [['', none], ...all[name]] : all[name];
		const sum = JSON.stringify(list);
		if (node._sum === sum) continue;
		node._sum = sum;
		const { value } = node;
		fill(node, ...list.map(([id, text]) => option(id, text)));
		if (list.some(([id]) => String(id) === value)) node.value = value;
	}
};
const detail = (line) => {
	if (!line) return [top('Forgotten')];
	const kin = line.call ? world.lines.filter((one) => one.call === line.call && !isCall(one)) : [];
	const cause = !isCall(line) && line.call ? world.lines.find((one) => isCall(one) && one.call === line.call) : null;
	const pick = (one, text) => press(text || plainly(one.text), () => go(one.n), 'plain');
	const base = [['when', h('time', 0, line.at)], ['server', line.server && nameOf(line.server)]];
	if (!isCall(line)) {
		const story = line.kind === 'broken' && verdict?.promises.flatMap((one) => one.stories.map((text, i) => [one.id, i, text])).find(([, , text]) => text.startsWith(line.text + '\n'));
		return [top({ broken: 'Violation', service: 'Service command', world: 'It happened', lever: 'Lever', person: 'Somebody acted' }[line.kind]),
			h('p', line.kind === 'broken' && 'bad', plainly(line.text)), pairs(...base, ['caused by', cause && pick(cause, cause.method + ' ' + cause.text)]),
			line.fact && h('pre', 0, JSON.stringify(line.fact, null, 1)),
			story && h('div', 'two', press('Its story', () => { look.story = { id: story[0], i: story[1] }; view('ledger'); }, 'primary'))];
	}
	const sent = h('div', 0, h('p', 'meta', 'reading the journal'));
	fetch(BASE + 'journal?seq=' + line.call).then((answer) => answer.json()).then(({ list: [entry] }) => {
		const pretty = (value) => h('pre', 0, JSON.stringify(value, null, 1));
		if (!entry) { fill(sent, h('p', 'meta', 'the journal has forgotten it')); return; }
		fill(sent, entry.unread.length > 0 && h('p', 'warn', 'nobody read: ' + entry.unread.join(', ')),
			h2('Request'), entry.query && h('p', 'mono', '?' + entry.query), pretty(entry.request), h2('Answer ' + entry.status), pretty(entry.response));
	}).catch(() => fill(sent, h('p', 'bad', 'no answer')));
	return [top(line.text), h('p', 'mono', line.method + ' ' + line.path), pairs(...base, ['status', h('span', line.status >= 400 ? 'bad' : 'good', String(line.status))], ['injected', tag(line.fault, 'fault', '', line.fault)], ['request id', line.request_id]),
		h2('What it changed'), kin.length ? bullets(kin.map((one) => pick(one))) : h('p', 'meta', line.method === 'GET' ? 'nothing: it is a read' : 'nothing yet'),
		line.due && h2('What will follow'),
		line.due && bullets(line.due.map((one) => hour(Date.parse(one.at)) + ' ' + due(one))),
		sent];
};

// What moves by itself.
const tick = () => {
	const now = virtual();
	if (!clock.now) return;
	const text = stamp(now);
	say($('now'), text.slice(0, 10) + ' ' + clean(text.slice(11, clock.rate ? 19 : 23)));
	for (const node of $$('.work')) {
		const o = node._operation;
		const from = Date.parse(o.started), to = Date.parse(o.ends);
		node.firstChild.style.transform = 'scaleX(' + Math.max(0.01, Math.min(1, (now - from) / Math.max(1, to - from))) + ')';
		if (node.nextSibling) say(node.nextSibling, span(to - now) + ' left');
	}
	say($('due'), world.next ? 'next: ' + due(world.next) + ', in ' + span(Date.parse(world.next.at) - now) : 'nothing is due');
	$('next').disabled = !world.next;
};
const draw = (servers, lines) => {
	for (const node of $$('[data-rate]')) pressed(node, Number(node.dataset.rate) === clock.rate);
	if (servers) { arrange(); drawRacks(); }
	if (lines) relog();
	drawFaults();
	drawSide();
	tick();
};
const resized = () => { drawSide(); arrange(); drawRacks(); drawLog(); };
const view = (name) => {
	look.view = name;
	for (const tab of tabs) {
		const on = tab.dataset.view === name;
		tab.ariaSelected = on;
		tab.tabIndex = on ? 0 : -1;
		$(tab.dataset.view).hidden = !on;
	}
	if (name === 'timeline') sift();
	history.replaceState(null, '', '#' + name);
	resized();
};

// Controls.
// Escape empties a search field, and not every browser says so.
const leave = (field) => { if (field.type === 'search') field.value = ''; field.dispatchEvent(new Event('input')); field.blur(); };
const turn = (tab) => { tab.focus(); tab.click(); };
const byForm = (form, call) => {
	const node = $$('button', form)[0];
	node._call = call;
	on(form, 'submit', (event) => { event.preventDefault(); perform(call()); });
	on(form, 'input', () => show(call()));
};
byForm($('advance'), () => post('clock', { advance: $('span').value.trim() }));
byForm($('inject'), rule);
on(document, 'click', (event) => {
	const node = event.target.closest('button');
	if (!node || node.form) return;
	const call = callOf(node);
	if (!call) return;
	if (node.dataset.sure && !node.classList.contains('sure')) {
		const text = node.textContent;
		node.classList.add('sure');
		node.textContent = node.dataset.sure;
		setTimeout(() => { node.classList.remove('sure'); node.textContent = text; }, 3000);
		return;
	}
	perform(call);
});
// A pointer on its way to the copy button must not change what is to be copied.
let dwell = 0;
const point = (event, wait) => {
	const node = event.target.closest && event.target.closest('button');
	clearTimeout(dwell);
	if (node) dwell = setTimeout(() => show(callOf(node)), wait);
};
on(document, 'pointerover', (event) => point(event, 150));
on(document, 'focusin', (event) => { if (event.target.matches(':focus-visible')) point(event, 0); drawRacks(); });
on($('copy'), 'click', () => copy($('curl').textContent));
for (const tab of tabs) on(tab, 'click', () => view(tab.dataset.view));
for (const node of $('states').children) on(node, 'click', () => {
	look.state = node.dataset.state;
	for (const other of $('states').children) pressed(other, other === node);
	floor.scrollTop = 0;
	resized();
});
on($('find'), 'input', () => { look.find = $('find').value.trim().toLowerCase(); floor.scrollTop = 0; resized(); });
on(floor, 'scroll', drawRacks);
on(floor, 'blur', drawRacks);
on(floor, 'click', (event) => { const cell = event.target.closest('.u'); if (cell) { look.cursor = Number(cell.dataset.server); select(look.cursor); } });
on(floor, 'keydown', (event) => {
	if (event.key.startsWith('Arrow')) { event.preventDefault(); move(event.key); }
	if (event.key === 'Enter' && look.cursor) select(look.cursor);
});
on($('trace'), 'input', () => { look.trace = $('trace').value; look.marked.clear(); relog(); });
for (const node of $$('[data-kind]')) on(node, 'click', () => {
	const on = !look.kinds.has(node.dataset.kind);
	if (on) look.kinds.add(node.dataset.kind); else look.kinds.delete(node.dataset.kind);
	pressed(node, on);
	relog();
});
on($('odd'), 'click', () => { look.odd = !look.odd; pressed($('odd'), look.odd); relog(); });
on($('follow'), 'click', () => { setFollow(!look.follow); drawLog(); });
on(log, 'scroll', drawLog);
on(log, 'wheel', () => setFollow(false));
const choose = (n) => { const was = look.line; look.line = n; setFollow(false); if (was === null) resized(); drawSide(); drawLog(); };
const go = (n) => { choose(n); reveal(n); drawLog(); log.setAttribute('aria-activedescendant', 'n' + n); };
on(log, 'click', (event) => { const node = event.target.closest('.row'); if (node) choose(Number(node.dataset.n)); });
on(log, 'keydown', (event) => {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (!step) return;
	event.preventDefault();
	let i = rows.findIndex((line) => line.n === look.line);
	i = i < 0 ? (step > 0 ? 0 : rows.length - 1) : i + step;
	while (rows[i] && rows[i].gap) i += step;
	if (rows[i]) go(rows[i].n);
});
on($('axis'), 'click', (event) => {
	const known = $('axis')._at;
	if (!known) return;
	const x = event.offsetX;
	const far = (i) => Math.abs(known.x(i) - x);
	go(known.lines[known.lines.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0)].n);
});
on($('effects'), 'change', (event) => {
	$('params').placeholder = event.target.dataset.params || 'none';
	const connection = event.target.dataset.reach === 'connection';
	if (connection || $('operation').value === 'connection') $('operation').value = connection ? 'connection' : 'any';
	show(rule());
});
on(document, 'keydown', (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (event.key === 'Escape') { if (event.target.matches('input')) leave(event.target); else shut(); return; }
	if (event.target.matches('input, select, textarea')) return;
	if (tabs[event.key - 1]) turn(tabs[event.key - 1]);
	if (event.key === '/') { event.preventDefault(); (look.view === 'timeline' ? $('trace') : view('racks') || $('find')).select(); }
	const step = { ArrowRight: 1, ArrowLeft: 3 }[event.key];
	if (step && event.target.matches('[data-view]')) turn(tabs[(tabs.indexOf(event.target) + step) % 4]);
});
new ResizeObserver(() => { arrange(); drawRacks(); drawLog(); }).observe($('main'));
on(matchMedia('(prefers-color-scheme: dark)'), 'change', drawLog);
setInterval(tick, 200);
view(tabs.map((tab) => tab.dataset.view).find((name) => '#' + name === location.hash) || 'racks');
drawCalls();
listen();
