// The dashboard. Whatever comes from the server, traces and titles above all, was written by others:
// it becomes text nodes only, and a link only where it begins with http(s).
'use strict';

const STATES = [
  ['NEW', 'new', 'work'], ['QUEUED', 'queued', 'work'], ['REPAIRING', 'repairing', 'work'],
  ['PULL_REQUEST_OPEN', 'pull request open', 'review'], ['MERGED', 'merged', 'healed'],
  ['REPORTED', 'reported', 'told'], ['FAILED', 'failed', 'failed'], ['REJECTED', 'rejected', 'failed'],
  ['SUPPRESSED', 'suppressed', 'away'],
];
const GROUPS = [
  ['work', 'waiting or in work'], ['review', 'pull request open'], ['healed', 'merged'],
  ['told', 'reported'], ['failed', 'failed or rejected'], ['away', 'suppressed'],
];
const STEPS = [
  ['receive-logs', 'Receive', 'logs'], ['deduplicate-errors', 'Deduplicate', 'errors'],
  ['queue-repairs', 'Queue', 'repairs'], ['enrich-prompt', 'Enrich', 'the prompt'],
  ['call-model', 'Ask', 'the model'], ['commit-fix', 'Commit', 'the checked fix'],
  ['open-pull-request', 'Open', 'pull request'],
];
const PAGE = 50;
const REFRESH = 5000;
const KEY = 'selfheal-access-key';
const SVG = 'http://www.w3.org/2000/svg';

const byId = (id) => document.getElementById(id);
const narrow = matchMedia('(max-width: 44rem)');
const shown = { status: '', app: '', q: '', sort: 'last_seen', offset: 0 };
let overview = null;
let total = 0;
let asked = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(attribute, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

/** A link, where the text is an address that a browser may follow; else the text. */
function link(address, text) {
  return /^https?:\/\//i.test(address)
    ? element('a', { href: address, rel: 'noopener noreferrer' }, text || address)
    : element('code', {}, address);
}

function when(iso) {
  const time = new Date(iso);
  return element('time', { datetime: iso, title: iso }, Number.isNaN(time.getTime()) ? iso
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
}

const number = (value) => Number(value || 0).toLocaleString('en');
const counted = (value, what) => number(value) + ' ' + what + (value === 1 ? '' : 's');
const money = (value) => '$' + Number(value || 0).toFixed(value && value < 1 ? 4 : 2);
const state = (name) => STATES.find((each) => each[0] === name) || [name, name, 'away'];
const badge = (name) => element('span', { class: 'badge ' + state(name)[2] }, state(name)[1]);
const address = (issue) => '#/' + encodeURIComponent(issue.app) + '/' + encodeURIComponent(issue.fingerprint);

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, body) {
  const headers = { Accept: 'application/json' };
  const key = sessionStorage.getItem(KEY);
  if (key) {
    headers.Authorization = 'Bearer ' + key;
  }
  const options = { headers, cache: 'no-store' };
  if (body) {
    options.method = 'POST';
    options.body = JSON.stringify(body);
    headers['Content-Type'] = 'application/json';
    headers['X-Selfheal-Action'] = '1';
  }
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.error || 'the server answered ' + response.status);
  }
  return answer;
}

function say(text) {
  byId('said').textContent = text;
}

/** Tells of a failure; a wrong or missing key is asked for. */
function failed(failure) {
  if (failure.status === 401) {
    byId('key-error').textContent = sessionStorage.getItem(KEY) ? 'This key is not the right one.' : '';
    sessionStorage.removeItem(KEY);
    show('key');
    byId('key-text').focus();
  } else {
    say(failure.status ? failure.message : 'selfheal does not answer; trying again.');
  }
}

function show(part) {
  for (const id of ['key', 'all', 'one']) {
    byId(id).hidden = id !== part;
  }
  byId('forget').hidden = !sessionStorage.getItem(KEY);
}

// ---- pictures

function picture(width, height, label) {
  const svg = drawn('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  return svg;
}

function drawPipeline() {
  const passed = overview.pipeline;
  const open = overview.statuses;
  const steps = passed.steps || {};
  const of = (step, what) => (steps[step] && steps[step][what]) || 0;
  const arrows = [
    [passed.events, 'log events'], [passed.errors, 'errors'],
    [passed.new, 'new'], [passed.queued, 'queued'],
    [of('enrich-prompt', 'out'), 'prompts'], [of('call-model', 'out'), 'answers'],
    [of('commit-fix', 'out'), 'fixes'], [of('open-pull-request', 'out'), 'pull requests'],
  ];
  const waiting = { 'queue-repairs': open.QUEUED, 'enrich-prompt': open.REPAIRING };
  const label = arrows.map(([count, what]) => number(count) + ' ' + what).join(', ')
    + '. Now ' + number(open.QUEUED) + ' queued and ' + number(open.REPAIRING) + ' in repair.';
  const down = narrow.matches;
  const told = STEPS.some(([id]) => waiting[id] || of(id, 'failed'));
  const svg = down ? picture(340, 734, label) : picture(1136, told ? 146 : 110, label);
  const gap = down ? 98 : 147;
  STEPS.forEach(([id, first, second], index) => {
    const x = down ? 90 : 62 + index * gap;
    const y = down ? 44 + index * gap : 52;
    const width = down ? 160 : 106;
    const now = waiting[id] || 0;
    svg.append(
      drawn('rect', { x, y, width, height: 54, rx: 10, class: now ? 'node busy' : 'node' }),
      drawn('text', { x: x + width / 2, y: y + 23, 'text-anchor': 'middle' }, first),
      drawn('text', { x: x + width / 2, y: y + 41, 'text-anchor': 'middle', class: 'small' }, second));
    if (now) {
      svg.append(drawn('text', { x: x + width / 2, y: down ? y + 70 : y + 92, 'text-anchor': 'middle', class: 'small' }, number(now) + ' now'));
    }
    if (of(id, 'failed')) {
      svg.append(drawn('text', {
        x: down ? x + width + 8 : x + width / 2, y: down ? y + 32 : y + 74,
        'text-anchor': down ? 'start' : 'middle', class: 'failures',
      }, number(of(id, 'failed')) + ' failed'));
    }
  });
  arrows.forEach(([count, what], index) => {
    if (down) {
      const y = index * gap;
      svg.append(
        drawn('path', { d: `M170 ${y + 2}V${y + 38}`, class: 'arrow' }),
        drawn('path', { d: `M165 ${y + 36}h10l-5 7z`, class: 'head' }),
        drawn('text', { x: 160, y: y + 26, 'text-anchor': 'end', class: 'count' }, number(count)),
        drawn('text', { x: 182, y: y + 25, class: 'small' }, what));
    } else {
      const from = index ? 23 + index * gap : 6;
      const to = 54 + index * gap;
      svg.append(
        drawn('path', { d: `M${from} 79H${to}`, class: 'arrow' }),
        drawn('path', { d: `M${to - 2} 74v10l7-5z`, class: 'head' }),
        drawn('text', { x: index * gap + (index ? 41 : 32), y: 22, 'text-anchor': 'middle', class: 'count' }, number(count)),
        drawn('text', { x: index * gap + (index ? 41 : 32), y: 38, 'text-anchor': 'middle', class: 'small' }, what));
    }
  });
  byId('pipeline').replaceChildren(svg);
  byId('pipeline-since').textContent = 'in this process, since ' + new Date(passed.since).toLocaleString(
    undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

function inGroup(counts, group) {
  return STATES.filter((each) => each[2] === group).reduce((sum, each) => sum + (counts[each[0]] || 0), 0);
}

function drawDays() {
  const days = overview.days;
  const sums = days.map((day) => GROUPS.reduce((sum, [group]) => sum + inGroup(day.counts, group), 0));
  const most = Math.max(1, ...sums);
  const all = sums.reduce((sum, each) => sum + each, 0);
  const width = narrow.matches ? 420 : 1100;
  const height = 150;
  const step = (width - 40) / days.length;
  const svg = picture(width, height + 24, `${number(all)} issues were first seen in the last ${days.length} days, ${number(most)} on the busiest day.`);
  svg.append(
    drawn('path', { d: `M36 ${height}H${width}`, class: 'axis' }),
    drawn('text', { x: 30, y: 14, 'text-anchor': 'end', class: 'small' }, number(most)),
    drawn('text', { x: 30, y: height, 'text-anchor': 'end', class: 'small' }, '0'));
  days.forEach((day, index) => {
    let y = height;
    for (const [group] of GROUPS) {
      const count = inGroup(day.counts, group);
      if (count) {
        const tall = Math.max(2, count / most * (height - 8));
        y -= tall;
        svg.append(drawn('rect', { x: 38 + index * step, y, width: Math.max(2, step - 4), height: tall, class: group }));
      }
    }
    if (index % (narrow.matches ? 10 : 5) === (days.length - 1) % (narrow.matches ? 10 : 5)) {
      svg.append(drawn('text', { x: 38 + index * step + step / 2, y: height + 18, 'text-anchor': 'middle', class: 'small' }, day.date.slice(5)));
    }
  });
  byId('days').replaceChildren(svg);
  byId('legend').replaceChildren(...GROUPS.map(([group, name]) => element('li', { class: group }, name)));
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Day'),
    ...GROUPS.map(([, name]) => element('th', { scope: 'col' }, name)));
  const rows = days.slice().reverse().map((day) => element('tr', {}, element('th', { scope: 'row' }, day.date),
    ...GROUPS.map(([group]) => element('td', {}, number(inGroup(day.counts, group))))));
  byId('days-table').replaceChildren(element('table', {},
    element('thead', {}, head), element('tbody', {}, ...rows)));
}

function drawStates() {
  const list = byId('states');
  if (!list.childElementCount) {
    list.append(...STATES.map(([name, text, group]) => {
      const button = element('button', { type: 'button', class: group, 'data-state': name, 'aria-pressed': 'false' },
        element('strong', {}, '0'), element('span', {}, text));
      button.addEventListener('click', () => {
        shown.status = shown.status === name ? '' : name;
        shown.offset = 0;
        drawStates();
        showPage();
      });
      return element('li', {}, button);
    }));
  }
  for (const button of list.querySelectorAll('button')) {
    button.firstChild.textContent = number(overview.statuses[button.dataset.state]);
    button.setAttribute('aria-pressed', String(shown.status === button.dataset.state));
  }
  byId('sums').textContent = `${counted(overview.total, 'distinct error')}, seen ${counted(overview.occurrences, 'time')}; `
    + `${number(overview.input_tokens + overview.output_tokens)} tokens, about ${money(overview.cost_usd)}.`;
  const apps = byId('app');
  const known = Array.from(apps.options, (option) => option.value);
  for (const app of overview.apps) {
    if (!known.includes(app)) {
      apps.append(element('option', { value: app }, app));
    }
  }
}

// ---- the list

function row(issue) {
  const result = issue.pull_request_url || issue.issue_url;
  return element('tr', {},
    element('td', {}, badge(issue.status)),
    element('td', {},
      element('a', { class: 'title', href: address(issue) }, issue.title || issue.exception_type || issue.fingerprint),
      element('span', { class: 'aside' }, issue.app + ' · ' + issue.fingerprint.slice(0, 12) + (issue.log_group ? ' · ' + issue.log_group : ''))),
    element('td', { class: 'number' }, number(issue.occurrences)),
    element('td', { class: 'more' }, when(issue.last_seen)),
    element('td', { class: 'more' }, result
      ? (/^file:/.test(result) ? 'in the local forge' : link(result, issue.pull_request_url ? 'pull request' : 'report'))
      : issue.brake && issue.status === 'SUPPRESSED' ? element('span', { class: 'aside' }, 'brake: ' + issue.brake) : null));
}

async function showPage() {
  const turn = ++asked;
  const query = new URLSearchParams({ limit: String(PAGE), offset: String(shown.offset), sort: shown.sort });
  for (const name of ['status', 'app', 'q']) {
    if (shown[name]) {
      query.set(name, shown[name]);
    }
  }
  let answer;
  try {
    answer = await ask('api/issues?' + query);
  } catch (failure) {
    failed(failure);
    return;
  }
  if (turn !== asked) {
    return; // a later question has gone out
  }
  total = answer.total;
  const focused = document.activeElement && document.activeElement.closest('#rows a');
  const kept = focused ? focused.getAttribute('href') : null;
  byId('rows').replaceChildren(...(answer.issues.length ? answer.issues.map(row)
    : [element('tr', {}, element('td', { colspan: '5' }, overview && overview.total
      ? 'No issue fits.' : 'No issue yet: no error was seen in the logs.'))]));
  if (kept) {
    const again = Array.from(byId('rows').querySelectorAll('a')).find((each) => each.getAttribute('href') === kept);
    (again || byId('main')).focus();
  }
  const last = Math.min(shown.offset + PAGE, total);
  byId('found').textContent = number(total) + (shown.q || shown.app || shown.status ? ' found' : '');
  byId('page').textContent = total ? `${number(shown.offset + 1)} to ${number(last)} of ${number(total)}` : '';
  byId('previous').disabled = shown.offset === 0;
  byId('next').disabled = last >= total;
}

function turn(pages) {
  shown.offset = Math.max(0, shown.offset + pages * PAGE);
  showPage().then(() => byId('issues-title').scrollIntoView({ block: 'start' }));
}

// ---- one issue

function block(text, label) {
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, text);
}

function diff(text, label) {
  const lines = text.replace(/\n$/, '').split('\n').map((line) => element('span', {
    class: 'line' + (/^(\+\+\+|---|@@|diff )/.test(line) ? ' hunk'
      : line.startsWith('+') ? ' plus' : line.startsWith('-') ? ' minus' : ''),
  }, line));
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, ...lines);
}

function folded(title, ...content) {
  return element('details', {}, element('summary', {}, title), ...content);
}

/** The verify command's end: its exit code, as kept in its last line. */
function colour(text) {
  const code = /exit code (-?\d+)\s*$/.exec(text || '');
  return !text ? 'not run' : code && code[1] === '0' ? 'green' : 'red' + (code ? ' (exit code ' + code[1] + ')' : '');
}

function repair(kept) {
  const name = 'Try ' + kept.attempt;
  const parts = [];
  if (kept.verify_before || kept.verify_after) {
    parts.push(element('p', {}, `Checks: ${colour(kept.verify_before)} before the change, ${colour(kept.verify_after)} after it.`));
  }
  if (kept.diff) {
    parts.push(element('h3', {}, 'Diff'), diff(kept.diff, name + ': diff'));
  }
  if (kept.prompt) {
    parts.push(folded('Prompt, in ' + kept.prompt.length + ' parts', ...kept.prompt.map((part) =>
      folded(part.label + ' · ' + number(part.text.length) + ' characters', block(part.text, part.label)))));
  }
  if (kept.answer) {
    parts.push(folded('Answer of the model', block(kept.answer, name + ': answer')));
  }
  if (kept.verify_before) {
    parts.push(folded('Checks before the change', block(kept.verify_before, name + ': checks before')));
  }
  if (kept.verify_after) {
    parts.push(folded('Checks after the change', block(kept.verify_after, name + ': checks after')));
  }
  return element('section', { class: 'card', 'aria-label': name }, element('h2', {}, name), ...parts);
}

function facts(pairs) {
  const list = element('dl', { class: 'facts' });
  for (const [name, value] of pairs) {
    if (value !== null && value !== undefined && value !== '') {
      list.append(element('dt', {}, name), element('dd', {}, value));
    }
  }
  return list;
}

function acts(issue) {
  const path = 'api/issues/' + encodeURIComponent(issue.fingerprint);
  const where = '?app=' + encodeURIComponent(issue.app);
  const act = (form, name, field, done) => form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const text = form.querySelector('textarea').value.trim();
      await ask(path + '/' + name + where, text ? { [field]: text } : {});
      await open(issue.app, issue.fingerprint);
      say(done);
    } catch (failure) {
      button.disabled = false;
      failed(failure);
    }
  });
  const retry = element('form', {},
    element('label', { for: 'hint' }, 'A word for the model (optional)'),
    element('textarea', { id: 'hint', rows: '2', maxlength: '2000' }),
    element('button', { type: 'submit' }, 'Send it again'));
  const suppress = element('form', {},
    element('label', { for: 'reason' }, 'Why it needs no repair (optional)'),
    element('textarea', { id: 'reason', rows: '2', maxlength: '2000' }),
    element('button', { type: 'submit', class: 'quiet' }, 'Suppress it'));
  act(retry, 'retry', 'hint', 'The issue is new again, with all its tries.');
  act(suppress, 'suppress', 'reason', 'The issue is suppressed until somebody sends it again.');
  const can = ['NEW', 'QUEUED', 'REPORTED', 'FAILED', 'SUPPRESSED'].includes(issue.status);
  return element('section', { class: 'card', 'aria-labelledby': 'acts-title' },
    element('h2', { id: 'acts-title' }, 'What you can do'),
    element('div', { class: 'acts' }, retry, can ? suppress : null));
}

async function open(app, fingerprint) {
  let issue;
  try {
    issue = await ask('api/issues/' + encodeURIComponent(fingerprint) + '?app=' + encodeURIComponent(app));
  } catch (failure) {
    failed(failure);
    return;
  }
  const title = element('h1', { id: 'one-title', tabindex: '-1' }, issue.title || issue.exception_type || issue.fingerprint);
  const cost = issue.input_tokens || issue.output_tokens
    ? `${number(issue.input_tokens)} tokens in, ${number(issue.output_tokens)} out` + (issue.cost_usd === undefined ? '' : `, about ${money(issue.cost_usd)}`)
    : null;
  const repairs = issue.repairs || [];
  byId('one').replaceChildren(
    element('p', {}, element('a', { href: '#/' }, '← All issues')),
    title,
    element('div', { class: 'card' },
      facts([
        ['State', badge(issue.status)],
        ['Pull request', issue.pull_request_url ? link(issue.pull_request_url) : null],
        ['Report', issue.issue_url ? link(issue.issue_url) : null],
        ['Why', issue.reason],
        ['Application', issue.app],
        ['Error', [issue.exception_type, issue.language].filter(Boolean).join(' · ')],
        ['Seen', counted(issue.occurrences, 'time')],
        ['Merged', issue.merged_at ? when(issue.merged_at) : null],
        ['Confirmed', issue.confirmed_at ? when(issue.confirmed_at) : null],
        ['Review', issue.review],
        ['First', when(issue.first_seen)], ['Last', when(issue.last_seen)],
        ['Log', [issue.log_group, issue.log_stream].filter(Boolean).join(' · ')],
        ['Logger', [issue.level, issue.logger].filter(Boolean).join(' · ')],
        ['Request', issue.request_id], ['Trace id', issue.trace_id],
        ['Tries', number(issue.attempts)], ['Cost', cost], ['Branch', issue.branch],
        ['Fingerprint', element('code', {}, issue.fingerprint)],
      ]),
      issue.message ? element('h2', {}, 'Trace') : null,
      issue.message ? block(issue.message, 'Trace') : null),
    ...repairs.slice().reverse().map(repair),
    issue.diff && !repairs.some((kept) => kept.diff)
      ? element('section', { class: 'card', 'aria-labelledby': 'diff-title' }, element('h2', { id: 'diff-title' }, 'Diff'), diff(issue.diff, 'Diff'))
      : '',
    repairs.length || !issue.attempts ? '' : element('p', { class: 'aside' },
      'Prompt, answer and checks are kept with selfheal.local only; the pull request tells of the checks.'),
    acts(issue));
  document.title = (issue.title || issue.fingerprint) + ' · selfheal';
  show('one');
  title.focus();
  scrollTo(0, 0);
}

// ---- the page

async function refresh() {
  try {
    overview = await ask('api/overview');
  } catch (failure) {
    failed(failure);
    return false;
  }
  byId('taken').textContent = 'as of ' + new Date(overview.taken).toLocaleTimeString();
  if (byId('said').textContent.startsWith('selfheal does not answer')) {
    say('');
  }
  drawPipeline();
  drawStates();
  drawDays();
  return true;
}

async function route() {
  say('');
  const parts = location.hash.replace(/^#\/?/, '').split('/');
  if (parts.length === 2) {
    try {
      await open(decodeURIComponent(parts[0]), decodeURIComponent(parts[1]));
    } catch (e) {
      location.hash = '#/';
    }
    return;
  }
  document.title = 'selfheal';
  if (await refresh()) {
    const back = byId('all').hidden && !byId('one').hidden;
    show('all');
    await showPage();
    if (back) {
      byId('main').focus();
    }
  }
}

let typing;
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('filter').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    Object.assign(shown, { q: byId('q').value.trim(), app: byId('app').value, sort: byId('sort').value, offset: 0 });
    showPage();
  }, 150);
});
byId('previous').addEventListener('click', () => turn(-1));
byId('next').addEventListener('click', () => turn(1));
byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId('key-text').value.trim());
  byId('key-text').value = '';
  route();
});
byId('forget').addEventListener('click', () => {
  sessionStorage.removeItem(KEY);
  location.reload();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the hash is the address of what is shown
  byId('main').focus();
});
narrow.addEventListener('change', () => overview && (drawPipeline(), drawDays()));
addEventListener('hashchange', route);
setInterval(() => {
  if (!document.hidden && !byId('all').hidden) {
    refresh().then((answered) => answered && showPage());
  }
}, REFRESH);
route();
