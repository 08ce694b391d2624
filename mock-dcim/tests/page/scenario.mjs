// Looks at the page as a person would, in a real browser, while a lifecycle runs beside it.
// usage: node scenario.mjs BINARY FLEET [IMAGES]: with a folder for them, pictures of the page are left there
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { start } from './panel.mjs';

const [binary, fleet, images] = process.argv.slice(2);
const HOSTILE = '<img src=x onerror="document.title=1">';
const running = [];
let passed = 0;
let failed = 0;

const directory = mkdtempSync(join(tmpdir(), 'mock-dcim-page-'));
const browser = await chromium.launchPersistentContext(directory, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  viewport: { width: 1280, height: 900 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function test(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${error.message.replaceAll('\n', '\n        ')}`);
  }
}

function is(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

async function mock(...options) {
  const panel = await start(binary, ...options);
  running.push(panel);
  await panel.logIn();
  return panel;
}

// A page that remembers everything that went wrong on it.
async function open(panel) {
  const page = await browser.newPage();
  page.wrongs = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.wrongs.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.wrongs.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // The stream of events ends when the page is closed, not before.
    if (!page.closing) page.wrongs.push(`request failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) page.wrongs.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(panel.url)) page.wrongs.push(`a request elsewhere: ${request.url()}`);
  });
  await page.goto(`${panel.url}/_mock/`);
  await page.waitForSelector('.u');
  await page.waitForSelector('#live.on');
  return page;
}

const text = (page, selector) => page.textContent(selector);
async function until(page, selector, expected) {
  const seen = ([query, wanted]) => [...document.querySelectorAll(query)].some((one) => one.textContent.includes(wanted));
  try {
    await page.waitForFunction(seen, [selector, expected], { timeout: 5000 });
  } catch {
    const there = await page.$$eval(selector, (all) => all.map((one) => one.textContent));
    throw new Error(`${selector} never said "${expected}" but ${JSON.stringify(there.slice(0, 4))}`);
  }
}
const light = (page, server, port) => page.locator(`#s${server} .l`).nth(port).getAttribute('class');

async function shoot(page, name) {
  // The flash of a change is gone by then, and no pointer hovers.
  await page.mouse.move(2, 895);
  await page.waitForTimeout(1500);
  const file = join(images ?? directory, name);
  await page.screenshot({ path: file });
  const size = statSync(file).size;
  if (size >= 300_000) throw new Error(`${name} has ${size} bytes`);
}

const panel = await mock();
const page = await open(panel);

await test('all 40 servers are in sight at 1280x900 without scrolling', async () => {
  is(await page.locator('.u').count(), 40, 'units');
  const below = await page.$$eval('.u', (units) => units.filter((unit) => unit.getBoundingClientRect().bottom > document.querySelector('footer').getBoundingClientRect().top).length);
  is(below, 0, 'units out of sight');
  is(await page.$eval('#floor', (floor) => floor.scrollHeight > floor.clientHeight), false, 'the floor scrolls');
});

await test('a server goes from free to installing to active', async () => {
  await until(page, '#s1 .st', 'free');
  await panel.beginOpen(1204, 551, 1, 'alice@client.example');
  await until(page, '#s1 .st', 'installing');
  await until(page, '#s1', '20m left');
  await until(page, '#s1 .tag', '#1204');
  await panel.advance('5m');
  await until(page, '#s1', '15m left');
  await panel.advance('15m');
  await panel.report(1204, 1, 'open');
  await until(page, '#s1 .st', 'active');
  await until(page, '#s1', 'alice@client.example');
  await until(page, '#s1', '192.0.2.');
});

await test('its ports go dark when it is stopped', async () => {
  await panel.advance('10s');
  await page.waitForSelector('#s1 .l.up >> nth=1');
  is(await light(page, 1, 0), 'l up', 'before');
  await panel.suspend(1204, 552, 1);
  await until(page, '#s1 .st', 'stopped');
  is(await light(page, 1, 0), 'l down', 'the first data port');
  is(await light(page, 1, 1), 'l down', 'the second data port');
  is(await light(page, 1, 2), 'l up bmc', 'the BMC port');
});

await test('the clock advances by a click, and the click shows its call', async () => {
  await panel.control('POST', 'panel/power', { server: 3, goal: 'on' });
  await until(page, '#due', 'in 5s');
  const before = await text(page, '#now');
  await page.click('#next');
  await until(page, '#now', '12:20:15');
  is(before === (await text(page, '#now')), false, 'the time stands still');
  await until(page, '#said', 'fired');
  is(await text(page, '#curl'), `curl -s -X POST ${panel.url}/_mock/clock -d '{"advance":"next"}'`, 'the line');
  await page.fill('#span', '15s');
  await page.press('#span', 'Enter');
  await until(page, '#s3 .pw', '');
  await page.waitForSelector('#s3 .pw.on');
});

await test('the clock runs at a rate and freezes', async () => {
  await page.click('[data-rate="60"]');
  await page.waitForSelector('[data-rate="60"][aria-pressed="true"]');
  const before = await text(page, '#now');
  await page.waitForFunction((old) => document.querySelector('#now').textContent !== old, before);
  await page.click('[data-rate="0"]');
  await page.waitForSelector('[data-rate="0"][aria-pressed="true"]');
  is((await panel.control('GET', 'clock')).rate, 0, 'rate');
});

await test('a fault is injected, hits, and stands out', async () => {
  await page.click('[data-view="faults"]');
  await page.selectOption('#operation', 'server_power_off');
  await page.check('[value="503_after"]');
  await page.click('#inject button');
  await page.waitForSelector('[data-fault="1"]');
  await panel.begin(1204, 553, 'sync_item');
  await panel.call('GET', 'server/1');
  is((await panel.call('POST', 'server/1/power_off', {})).status, 503, 'status');
  panel.run = '';
  await until(page, '[data-fault="1"]', '1 spent');
  await page.click('[data-view="timeline"]');
  await until(page, '.row.odd', '503_after');
  await page.click('.row.odd');
  await until(page, '#side', 'What will follow');
  await until(page, '#side', 'power settles');
  await until(page, '#side pre', '{}');
  await page.keyboard.press('Escape');
  await page.click('[data-view="faults"]');
  await page.click('[data-fault="1"] button');
  await until(page, '#rules', 'none');
});

await test('a planted bug is a violation, and its story leads to its events', async () => {
  panel.run = '1204-553-1';
  await panel.call('POST', 'switch/1/port/1', { admin_status: 'up' });
  panel.run = '';
  await until(page, '#count-ledger', '1');
  await page.click('[data-view="ledger"]');
  await until(page, '[data-promise="S4"] .word', 'violated');
  await until(page, '[data-promise="S1"] .word', 'held');
  await until(page, '[data-promise="L4"] .word', 'not judged');
  await page.click('[data-promise="S4"] .stories button');
  await until(page, '#side', 'What led to it');
  await page.click('#side .primary');
  await page.waitForSelector('.row.mark');
  is(await page.inputValue('#trace'), 'srv-1', 'the filter');
  const marked = await page.locator('.row.mark').count();
  if (marked < 5) throw new Error(`${marked} events are highlighted`);
});

await test('a person acts on a server', async () => {
  await page.click('[data-view="racks"]');
  await page.click('#s4');
  await page.click('#side [data-act="maintenance"] >> nth=0');
  await until(page, '#s4 .tag', 'maint');
  await page.selectOption('#who', { label: 'client@example.com' });
  await page.click('#side [data-act="press_power"] >> nth=0');
  await page.waitForSelector('#s4 .pw.on');
  await page.selectOption('#side [name="os_template"]', { label: 'Debian-12-x86_64' });
  await page.click('#side [data-key^="port"] >> nth=0');
  await page.waitForSelector('#s4 .l:not(.down)');
  await until(page, '#curl', '"by":{"person":"customer","user":2}');
  await page.keyboard.press('Escape');
  is(await page.isHidden('#side'), true, 'the details stay');
});

await test('a hostile name is text', async () => {
  await panel.ok('POST', 'server/2', { name: HOSTILE });
  await page.fill('#find', '<img');
  await until(page, '#s2 b', HOSTILE);
  is(await page.locator('main img').count(), 0, 'images');
  await page.click('#s2');
  await until(page, '#side h3', HOSTILE);
  await page.keyboard.press('Escape');
  is(await page.title(), 'mock-dcim', 'title');
  await panel.ok('POST', 'server/2', { name: 'srv-2' });
  await until(page, '#shown', '0 of 40');
  await page.fill('#find', '');
});

await test('the keyboard reaches it all', async () => {
  await page.keyboard.press('Escape');
  await page.click('#s1');
  await page.keyboard.press('Escape');
  await page.focus('#floor');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await until(page, '#side h3', 'srv-13');
  const ring = await page.$eval('#s13', (cell) => getComputedStyle(cell).outlineStyle);
  is(ring, 'solid', 'the ring around it');
  await page.keyboard.press('Escape');
  await page.keyboard.press('2');
  await page.waitForSelector('#timeline:not([hidden])');
  await page.keyboard.press('/');
  is(await page.evaluate(() => document.activeElement.id), 'trace', 'focus');
  await page.keyboard.type('srv-27');
  await until(page, '#lines', '0 of ');
  await page.keyboard.press('Escape');
  is((await text(page, '#lines')).includes('of'), false, 'lines left out');
  await page.keyboard.press('1');
});

await test('the words are readable on their ground, light and dark', async () => {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const view of ['racks', 'timeline', 'ledger', 'faults']) {
      await page.click(`[data-view="${view}"]`);
      await page.waitForTimeout(300);
      const poor = await page.evaluate(contrasts);
      if (poor.length) throw new Error(`${scheme} ${view}: ${poor.slice(0, 5).join('; ')}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
});

// Every text against the nearest ground: 4.5 to 1 at least (WCAG AA). Disabled controls and hidden words do not count.
function contrasts() {
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest(':disabled, template')) continue;
    const ink = parse(getComputedStyle(node).color);
    if (ink[3] === 0) continue;
    let ground = node;
    while (ground && parse(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const [one, other] = [luminance(ink), luminance(parse(getComputedStyle(ground || document.body).backgroundColor))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.add(`"${walker.currentNode.textContent.trim().slice(0, 20)}" ${ratio.toFixed(2)}`);
  }
  return [...found];
}

await test('a mock that begins again is seen to', async () => {
  await page.click('[data-view="racks"]');
  await page.click('#reset');
  await page.click('#reset');
  await until(page, '#now', '12:00:00');
  await until(page, '#s1 .st', 'free');
  is(await text(page, '#count-ledger'), '', 'violations');
});

await test('pictures of the four views', async () => {
  await panel.logIn();
  await panel.open(1204, 551, 1, 'alice@client.example');
  await panel.open(1205, 552, 11, 'bob@client.example');
  await panel.suspend(1205, 553, 11);
  await panel.control('POST', 'faults', { operation: 'server_install', effect: 'reset_after', times: 1 });
  await panel.control('POST', 'faults', { operation: 'server_power_on', effect: '503_n', times: 2 });
  await panel.control('POST', 'faults', { operation: 'switch_port_set', effect: 'no_effect', skip: 40, times: 1 });
  await panel.call('POST', 'server/12/power_on', {});
  await panel.advance('3m');
  // A stopped server is opened by a call in its own name, and a half-cleaned one is sold.
  await panel.begin(1205, 554, 'sync_item');
  await panel.call('GET', 'server/11');
  await panel.call('POST', 'switch/2/port/26', { admin_status: 'up' });
  await panel.report(1205, 11, 'sync_item');
  await panel.advance('2m');
  await panel.control('POST', 'panel/owner', { server: 28, owner: 2 });
  await panel.beginOpen(1206, 560, 2, 'carol@client.example').catch(() => {});
  await panel.advance('8m');
  await page.waitForTimeout(400);
  await shoot(page, 'racks.png');
  await page.click('[data-view="timeline"]');
  await page.click('.row.odd:has-text("reset_after")');
  await shoot(page, 'timeline.png');
  await page.click('[data-view="ledger"]');
  await page.click('[data-promise="S4"] .stories button');
  await shoot(page, 'ledger.png');
  await page.keyboard.press('Escape');
  await page.click('[data-view="faults"]');
  await page.check('[value="reset_after"]');
  await shoot(page, 'faults.png');
});

await test('no console error, no failed request, nothing from elsewhere', async () => {
  if (page.wrongs.length) throw new Error(page.wrongs.join('\n'));
});
page.closing = true;
await page.close();

await test('the page finds a mock again that was away', async () => {
  const first = await mock();
  const lost = await open(first);
  first.stop();
  await until(lost, '#live', 'reconnecting');
  const port = new URL(first.url).port;
  const second = await mock('--listen', `127.0.0.1:${port}`);
  await second.control('POST', 'panel/maintenance', { server: 1, on: true });
  await lost.waitForFunction(() => document.querySelector('#s1 .tag')?.textContent === 'maint', null, { timeout: 15000 });
  lost.closing = true;
  await lost.close();
});

await test('5,000 servers load, filter and follow changes without visible delay', async () => {
  const large = await mock('--fleet', fleet);
  const begun = performance.now();
  const wide = await open(large);
  const loaded = performance.now() - begun;
  const filtered = await wide.evaluate(async () => {
    const field = document.getElementById('find');
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const times = [];
    for (const word of ['4', '49', '499', '4999', '']) {
      const from = performance.now();
      field.value = word;
      field.dispatchEvent(new Event('input'));
      await frame();
      times.push(performance.now() - from);
    }
    return Math.max(...times);
  });
  is(await wide.locator('.u').count() < 120, true, 'only what is in sight exists');
  await wide.fill('#find', 'srv-77');
  await wide.waitForSelector('#s77');
  const times = [];
  for (const on of [true, false, true, false, true]) {
    const seen = on ? wide.waitForSelector('#s77 .tag.maint') : wide.waitForSelector('#s77:not(:has(.tag))');
    const from = performance.now();
    await large.control('POST', 'panel/maintenance', { server: 77, on });
    await seen;
    times.push(performance.now() - from);
  }
  await wide.fill('#find', '');
  const scrolled = await wide.evaluate(async () => {
    const floor = document.getElementById('floor');
    let worst = 0;
    for (let i = 0; i < 30; i += 1) {
      const from = performance.now();
      floor.scrollTop += 2500;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      worst = Math.max(worst, performance.now() - from);
    }
    return worst;
  });
  const follow = Math.max(...times);
  console.log(`        load ${loaded.toFixed(0)} ms, filter ${filtered.toFixed(0)} ms, follow ${follow.toFixed(0)} ms, scroll ${scrolled.toFixed(0)} ms`);
  for (const [what, took, most] of [['load', loaded, 4000], ['filter', filtered, 300], ['follow', follow, 600], ['scroll', scrolled, 300]]) {
    if (took > most) throw new Error(`${what} took ${took.toFixed(0)} ms`);
  }
  if (wide.wrongs.length) throw new Error(wide.wrongs.join('\n'));
  wide.closing = true;
  await wide.close();
});

await browser.close();
for (const one of running) one.stop();
rmSync(directory, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
