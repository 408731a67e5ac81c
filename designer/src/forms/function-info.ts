import type { FunctionHelp } from './function-help.js';
import classes from './function-list.module.css';

/** What CodeMirror shows beside a suggestion and over a name: how it is called, what it does, an example. */
export function functionInfo({ signature, about, example, result }: FunctionHelp): HTMLElement {
  const info = document.createElement('div');
  info.className = classes.info ?? '';
  info.append(
    line('code', classes.signature, signature),
    line('div', classes.about, about),
    line('code', classes.example, `${example} → ${result}`),
  );
  return info;
}

function line(tag: 'code' | 'div', name: string | undefined, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name ?? '';
  element.textContent = text;
  return element;
}
