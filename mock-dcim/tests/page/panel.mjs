// A mock of our own, and a caller of its panel as the module would be one.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export async function start(binary, ...options) {
  const child = spawn(binary, ['serve', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`mock-dcim ended with ${code}`)));
  });
  const url = /url=(\S+)/.exec(ready)[1];
  return new Panel(url, child);
}

export class Panel {
  constructor(url, child) {
    this.url = url;
    this.child = child;
    this.token = '';
    this.calls = 0;
  }

  stop() {
    this.child.kill('SIGTERM');
  }

  async send(method, path, body, headers = {}) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(this.url + path, { method, body: sent, headers });
    const text = await answer.text();
    // A spoiled answer may be anything.
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: isJson ? JSON.parse(text) : text };
  }

  async control(method, path, body) {
    const answer = await this.send(method, `/_mock/${path}`, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async logIn(email = 'admin@example.com', password = 'mock-password') {
    const answer = await this.send('POST', '/api/auth/v4/public/token', { email, password });
    this.token = answer.body.token;
  }

  // Whatever it answers, but never an exception for a status.
  call(method, path, body) {
    const headers = { 'x-xsrf-token': this.token, 'isp-box-instance': 'true' };
    if (this.run) headers['x-request-id'] = `${this.run}-${(this.calls += 1)}`;
    return this.send(method, `/api/dci/v3/${path}`, body, headers);
  }

  async ok(method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  fact(fact) {
    return this.control('POST', 'facts', fact);
  }

  advance(span) {
    return this.control('POST', 'clock', { advance: span });
  }

  async begin(item, operation, command) {
    this.run = `${item}-${operation}-1`;
    this.calls = 0;
    await this.fact({ fact: 'begin', item, operation, run: 1, command });
  }

  async report(item, server, command) {
    await this.ok('GET', `server/${server}`);
    await this.fact({ fact: 'report', item, command });
    this.run = '';
  }

  async ports(server, status) {
    const state = await this.control('GET', 'view');
    const unit = state.servers.find((one) => one.id === server);
    for (const port of unit.ports.filter((one) => !one.bmc)) {
      await this.call('POST', `switch/${port.switch}/port/${port.id}`, { admin_status: status });
    }
  }

  // Until just before the installation's end: owner, ports, address, installation.
  async beginOpen(item, operation, server, email) {
    await this.fact({ fact: 'binding', item, server });
    await this.begin(item, operation, 'open');
    await this.ok('GET', `server/${server}`);
    const user = await this.ok('POST', 'user', { email, password: 'pw' });
    await this.ok('POST', `server/${server}/owner`, { owner: user.id });
    await this.ports(server, 'up');
    await this.ok('POST', `server/${server}/ip`, { family: 'ipv4', count: 1 });
    await this.ok('POST', `server/${server}/install`, { os_template: 1, password: 'pw', timeout: 90 });
    return user.id;
  }

  async open(item, operation, server, email) {
    const user = await this.beginOpen(item, operation, server, email);
    await this.advance('20m');
    await this.ok('GET', `server/${server}`);
    await this.report(item, server, 'open');
    await this.fact({ fact: 'status', item, status: 2 });
    return user;
  }

  async suspend(item, operation, server) {
    await this.begin(item, operation, 'suspend');
    await this.ok('GET', `server/${server}`);
    await this.ports(server, 'down');
    await this.report(item, server, 'suspend');
    await this.fact({ fact: 'status', item, status: 3 });
  }
}
