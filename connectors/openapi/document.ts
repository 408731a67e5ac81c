import { type DocumentProblem, documentError } from './document-error.js';

export type Item = Record<string, unknown>;

/** A value of the document with its place. */
export interface Placed {
  value: Item;
  pointer: string;
}

/** Part of a document that cannot be used. */
export class UnusablePart extends Error {
  constructor(
    readonly place: string,
    message: string,
  ) {
    super(message);
    this.name = 'UnusablePart';
  }

  get problem(): DocumentProblem {
    return { place: this.place, message: this.message };
  }
}

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one. */
export function itemOf(value: unknown): Item {
  return isItem(value) ? value : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function placeIn(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** More references in a row than any honest document has. */
const mostHops = 30;

/** An OpenAPI 3.0 or 3.1 document. References are followed within it, and never out of it. */
export class ApiDocument {
  readonly root: Item;
  private readonly found = new Map<string, unknown>();

  /** @throws DocumentError where nothing can be imported from it. */
  constructor(root: unknown) {
    if (!isItem(root)) {
      throw documentError(
        '',
        'The document is no object.',
        'Take the file of the API’s description, OpenAPI 3.0 or 3.1.',
      );
    }
    checkVersion(root);
    if (!isItem(root.paths) || Object.keys(root.paths).length === 0) {
      throw documentError('/paths', 'It describes no calls.', 'Take the whole description, not a part or an overlay.');
    }
    this.root = root;
  }

  /**
   * Follows `$ref` as far as it goes. What stands beside the reference, as 3.1 allows, is laid over what it leads to.
   * @throws UnusablePart for a reference out of the document, to nowhere, or in a circle.
   */
  follow(value: unknown, pointer: string): Placed {
    let at = value;
    let place = pointer;
    let beside: Item = {};
    for (let hops = 0; isItem(at) && typeof at.$ref === 'string'; hops += 1) {
      const { $ref, ...rest } = at;
      if (hops >= mostHops) throw new UnusablePart(pointer, 'Its reference leads in a circle.');
      beside = { ...rest, ...beside };
      place = this.target($ref as string, placeIn(place, '$ref'));
      at = this.at(place);
      if (at === undefined) throw new UnusablePart(pointer, `Its reference leads to ${place}, which does not exist.`);
    }
    if (!isItem(at)) throw new UnusablePart(place, 'There should be an object.');
    return { value: Object.keys(beside).length > 0 ? { ...at, ...beside } : at, pointer: place };
  }

  private target(reference: string, pointer: string): string {
    if (reference.startsWith('#')) {
      try {
        return decodeURIComponent(reference.slice(1));
      } catch {
        return reference.slice(1);
      }
    }
    throw new UnusablePart(
      pointer,
      `It leads to another document (${reference.slice(0, 100)}). Bundle the description into one file first.`,
    );
  }

  private at(pointer: string): unknown {
    if (!this.found.has(pointer)) this.found.set(pointer, this.look(pointer));
    return this.found.get(pointer);
  }

  private look(pointer: string): unknown {
    const names = pointer.split('/').slice(1);
    return names.reduce<unknown>((value, name) => {
      const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      return (value as Item)[key];
    }, this.root);
  }
}

function checkVersion({ openapi, swagger }: Item): void {
  if (/^3\.[01](\.|$)/.test(String(openapi ?? ''))) return;
  if (swagger !== undefined) {
    throw documentError(
      '/swagger',
      `This is Swagger ${String(swagger).slice(0, 20)}, which came before OpenAPI 3.`,
      'Convert it to OpenAPI 3 first: editors of such descriptions export it.',
    );
  }
  if (openapi === undefined) {
    throw documentError(
      '/openapi',
      'It does not say which version of OpenAPI it is of, so it is probably something else.',
      'Take the API’s description, which begins with “openapi: 3.0.x” or “openapi: 3.1.x”.',
    );
  }
  throw documentError(
    '/openapi',
    `Version ${String(openapi).slice(0, 20)} cannot be read.`,
    'Take a description in OpenAPI 3.0 or 3.1.',
  );
}
