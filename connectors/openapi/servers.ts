import type { ApiServer, ServerVariable } from './definition.js';
import { type Item, isItem, itemOf, textOf } from './document.js';
import { cut } from './words.js';

/** A server as a person chooses it. */
export interface FoundServer extends ApiServer {
  description: string;
}

/** The servers that the document names; one that is only a path is entered with each connection. */
export function findServers(root: Item): FoundServer[] {
  const given = Array.isArray(root.servers) ? root.servers.filter(isItem) : [];
  const whole = given.filter(({ url }) => isUsable(textOf(url))).map(serverOf);
  return whole.length > 0 ? whole : [{ url: '', variables: [], description: '' }];
}

function serverOf(server: Item): FoundServer {
  const url = textOf(server.url).replace(/\/+$/, '');
  const described = itemOf(server.variables);
  const names = [...new Set([...url.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name))];
  return {
    url,
    variables: names.map((name) => variableOf(name, itemOf(described[name]))),
    description: said(server, 200),
  };
}

function variableOf(name: string, variable: Item): ServerVariable {
  const { default: usual, enum: choices } = variable;
  const known = Array.isArray(choices) ? [...new Set(choices.map(String))] : [];
  const description = said(variable, 300);
  return {
    name,
    ...(usual === undefined || usual === null ? {} : { default: String(usual) }),
    ...(known.length > 0 ? { choices: known } : {}),
    ...(description === '' ? {} : { description }),
  };
}

const said = (item: Item, most: number) => cut(textOf(item.description), most);

/** Whole but for its variables; else it is entered with each connection. */
function isUsable(url: string): boolean {
  return (
    /^(https?:\/\/|\{\w+\}:\/\/)/.test(url) &&
    URL.canParse(url.replace(/^\{\w+\}:/, 'https:').replace(/\{[^{}]+\}/g, '1'))
  );
}
