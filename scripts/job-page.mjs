// Shows on a terminal what GitHub shows on its pages: the job's log, the outputs and the summary.

const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (/** @type {number} */ code) => (/** @type {string} */ text) =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;

export const style = {
  bold: paint(1),
  dim: paint(2),
  red: paint(31),
  yellow: paint(33),
  blue: paint(34),
};

const annotations = { error: style.red, warning: style.yellow, notice: style.blue };

/** @param {string} text */
function unescapeData(text) {
  return text.replace(/%(0A|0D|3A|2C|25)/gi, (code) => decodeURIComponent(code));
}

/**
 * Reads lines as the runner does: hides what add-mask names, folds groups, shows annotations.
 * @param {(line: string) => void} print
 * @returns {(line: string) => void}
 */
export function createLogPage(print) {
  /** @type {string[]} */
  const masks = [];
  let indent = '  ';
  const hide = (/** @type {string} */ text) =>
    masks.reduce((hidden, mask) => hidden.replaceAll(mask, '***'), text);
  /** @type {string | undefined} */
  let stopped;
  return (line) => {
    if (stopped !== undefined) {
      if (line === `::${stopped}::`) stopped = undefined;
      else print(hide(`${indent}${line}`));
      return;
    }
    const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line);
    if (command === null) return print(hide(`${indent}${line}`));
    const [, name = '', properties = '', data = ''] = command;
    if (name === 'add-mask') masks.push(unescapeData(data));
    else if (name === 'stop-commands') stopped = data;
    else if (name === 'group') {
      print(`${indent}${style.bold(`▾ ${hide(unescapeData(data))}`)}`);
      indent = '    ';
    } else if (name === 'endgroup') indent = '  ';
    else if (name in annotations) {
      const title = unescapeData(/title=([^,]*)/.exec(properties)?.[1] ?? '');
      const show = annotations[/** @type {keyof typeof annotations} */ (name)];
      print(`${indent}${show(`${name}: ${title}`)}`);
      for (const part of hide(unescapeData(data)).split('\n')) print(`${indent}  ${part}`);
    }
  };
}

/**
 * Shows a line of a GitLab job like its page does: the title of a section in bold, the end of one
 * as nothing.
 * @param {string} line
 */
export function gitlabLine(line) {
  const esc = String.fromCharCode(27);
  const [, kind, rest] =
    new RegExp(`^${esc}\\[0Ksection_(start|end):[^\\r]*\\r${esc}\\[0K(.*)$`).exec(line) ?? [];
  const text = kind === 'start' ? style.bold(`▾ ${rest}`) : kind === 'end' ? '' : line;
  return colour ? text : text.replaceAll(new RegExp(`${esc}\\[\\d*m`, 'g'), '');
}

/**
 * Reads a GITHUB_OUTPUT file.
 * @param {string} text
 * @returns {[string, string][]}
 */
export function parseOutputs(text) {
  return [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map((match) => [
    match[1] ?? '',
    match[3] ?? '',
  ]);
}

/**
 * Markdown as plain text: headings in bold, tables in columns, code and links as their text.
 * @param {string} markdown
 */
export function renderMarkdown(markdown) {
  /** @type {string[]} */
  const lines = [];
  /** @type {string[][]} */
  let table = [];
  const flush = () => {
    const widths = (table[0] ?? []).map((_, column) =>
      Math.max(...table.map((row) => (row[column] ?? '').length)),
    );
    for (const row of table)
      lines.push(
        `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
      );
    table = [];
  };
  // A terminal can't show pictures.
  const text = markdown.replace(
    /```mermaid\n[\s\S]*?```\n/g,
    '(on the page: a picture of the phases)\n',
  );
  // Nobody can click in a terminal, so folded parts are shown.
  const unfolded = text
    .replace(/^<details><summary>(.*)<\/summary>$/gm, '$1')
    .replace(/^<\/details>$/gm, '');
  for (const line of unfolded.split('\n')) {
    if (line.startsWith('|')) {
      if (!/^[|\s-]+$/.test(line) || /^\| \| \|$/.test(line)) table.push(cells(line));
      continue;
    }
    flush();
    if (line.startsWith('```')) continue;
    lines.push(
      /^#+ /.test(line) ? `  ${style.bold(plain(line.replace(/^#+ /, '')))}` : `  ${plain(line)}`,
    );
  }
  flush();
  return lines
    .filter((line, index) => line.trim() !== '' || lines[index - 1]?.trim() !== '')
    .join('\n');
}

/** @param {string} line */
function cells(line) {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim()));
}

/** @param {string} text */
function plain(text) {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/`+ ?([^`]*?) ?`+/g, '$1')
    .replaceAll('\\|', '|');
}
