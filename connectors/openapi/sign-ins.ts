import type { SignIn, SignInPart } from './definition.js';
import type { ApiDocument, Item } from './document.js';
import { isItem, itemOf, placeIn, textOf, UnusablePart } from './document.js';
import type { DocumentProblem } from './document-error.js';
import { camelCase, cut, sentenceOf } from './words.js';

/** What the document says about signing in, and what of it cannot be used. */
export interface FoundSignIns {
  signIns: SignIn[];
  problems: DocumentProblem[];
}

/** Used where a document says nothing: as most APIs want it. */
const usual: SignIn[] = [
  { kind: 'bearer', title: 'Bearer token', parts: [{ type: 'bearer' }] },
  { kind: 'basic', title: 'User name and password', parts: [{ type: 'basic' }] },
  { kind: 'open', title: 'No sign-in', parts: [] },
];

/**
 * The ways to sign in: each combination that the document asks for anywhere; where it asks for none, each of its
 * schemes alone.
 */
export function findSignIns(document: ApiDocument, operations: Item[]): FoundSignIns {
  const schemes = itemOf(itemOf(document.root.components).securitySchemes);
  const problems: DocumentProblem[] = [];
  const asked = [document.root, ...operations].flatMap(({ security }) => (Array.isArray(security) ? security : []));
  const combinations = asked.filter(isItem).map((one) => Object.keys(one));
  const named = combinations.some((names) => names.length > 0)
    ? combinations
    : Object.keys(schemes).map((name) => [name]);
  const parts = new Map<string, SignInPart[][]>();
  for (const name of new Set(named.flat())) {
    try {
      parts.set(name, partsOf(document, name, schemes[name]));
    } catch (error) {
      if (!(error instanceof UnusablePart)) throw error;
      problems.push(error.problem);
    }
  }
  const distinct = new Map(named.map((names) => [names.toSorted().join(' '), names]));
  const signIns = [...distinct.values()].flatMap((names) => combine(names, parts, problems));
  if (signIns.every((one) => one.parts.length === 0)) return { signIns: [...usual], problems };
  return { signIns: unique(signIns), problems };
}

/** A combination as ways to sign in: one for each flow of an OAuth scheme in it. None, if a part of it is unusable. */
function combine(names: string[], parts: Map<string, SignInPart[][]>, problems: DocumentProblem[]): SignIn[] {
  if (names.length === 0) return [{ kind: 'open', title: 'No sign-in', parts: [] }];
  if (names.some((name) => !parts.has(name))) return [];
  const kind = camelCase(names.join(' '));
  const [only = '', ...more] = names;
  const ways = parts.get(only) ?? [];
  if (more.length === 0) {
    return ways.map((way, index) => ({
      kind: index === 0 ? kind : `${kind}${way[0]?.type}`,
      title: titleOf(only, way),
      parts: way,
    }));
  }
  const all = names.flatMap((name) => parts.get(name)?.[0] ?? []);
  // One of them may take the header Authorization, and a token has a life of its own.
  const others = all.filter(({ type }) => type !== 'secret');
  if (others.length > 1 || others.some(({ type }) => type !== 'basic' && type !== 'bearer')) {
    problems.push({
      place: '/security',
      message: `Signing in with ${names.join(' and ')} at once cannot be done.`,
      fix: 'Take another way to sign in, or call the API by the connector HTTP.',
    });
    return [];
  }
  return [{ kind, title: cut(names.map(sentenceOf).join(' and '), 80), parts: all }];
}

/** The ways of one scheme. @throws UnusablePart for one that cannot be used, with what would do. */
function partsOf(document: ApiDocument, name: string, scheme: unknown): SignInPart[][] {
  const place = `/components/securitySchemes${placeIn('', name)}`;
  if (scheme === undefined)
    throw new UnusablePart('/security', `It asks for the sign-in “${name}”, which it does not describe.`);
  const { value } = document.follow(scheme, place);
  const description = cut(textOf(value.description), 400);
  const told = description === '' ? {} : { description };
  switch (value.type) {
    case 'apiKey': {
      const [where, key] = [textOf(value.in), textOf(value.name)];
      if (!['header', 'query', 'cookie'].includes(where) || !/^[A-Za-z0-9!#$%&'*+.^_`|~[\]-]+$/.test(key)) break;
      const part = { type: 'secret' as const, in: where as 'header' | 'query' | 'cookie', name: key, ...told };
      return [[{ ...part, field: camelCase(name) || 'key', title: sentenceOf(name) }]];
    }
    case 'http': {
      const httpScheme = textOf(value.scheme).toLowerCase();
      if (httpScheme === 'basic') return [[{ type: 'basic' }]];
      if (httpScheme === 'bearer') return [[{ type: 'bearer', ...told }]];
      throw new UnusablePart(
        place,
        `The sign-in “${name}” is HTTP ${httpScheme || 'of no scheme'}, which is not known here.`,
      );
    }
    case 'oauth2':
      return oauthParts(name, place, itemOf(value.flows));
    case 'openIdConnect':
      throw new UnusablePart(
        place,
        `The sign-in “${name}” is OpenID Connect. Enter its token as a bearer token, or take the connector HTTP with OAuth 2.0.`,
      );
    case 'mutualTLS':
      throw new UnusablePart(place, `The sign-in “${name}” wants a client certificate, which connections do not have.`);
  }
  throw new UnusablePart(place, `The sign-in “${name}” is of a kind that is not known.`);
}

function oauthParts(name: string, place: string, flows: Item): SignInPart[][] {
  const parts: SignInPart[][] = [];
  const { authorizationCode, clientCredentials } = flows;
  if (isItem(authorizationCode)) {
    const { authorizationUrl, tokenUrl } = authorizationCode;
    parts.push([
      {
        type: 'authorizationCode',
        authorizeUrl: absolute(authorizationUrl),
        tokenUrl: absolute(tokenUrl),
        scopes: scopesOf(authorizationCode),
      },
    ]);
  }
  if (isItem(clientCredentials)) {
    parts.push([
      {
        type: 'clientCredentials',
        tokenUrl: absolute(clientCredentials.tokenUrl),
        scopes: scopesOf(clientCredentials),
      },
    ]);
  }
  if (parts.length > 0) return parts;
  const known = Object.keys(flows).join(', ') || 'none';
  throw new UnusablePart(
    place,
    `The sign-in “${name}” is OAuth 2.0 with these flows: ${known}. Only authorizationCode and clientCredentials are known here.`,
  );
}

/** Hundreds of scopes are no choice to begin with: a person enters those that are needed. */
const fewScopes = 8;

function scopesOf(flow: Item): string[] {
  const scopes = Object.keys(itemOf(flow.scopes)).filter((scope) => /^\S+$/.test(scope));
  return scopes.length <= fewScopes ? scopes : [];
}

/** An address that is not whole is entered with the connection. */
const absolute = (url: unknown) =>
  typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url) ? url : '';

const titles: Record<SignInPart['type'], string> = {
  secret: 'Key',
  basic: 'User name and password',
  bearer: 'Bearer token',
  clientCredentials: 'OAuth 2.0 client credentials',
  authorizationCode: 'OAuth 2.0 with consent',
};

function titleOf(name: string, [part]: SignInPart[]): string {
  return part === undefined || part.type === 'secret' ? sentenceOf(name) : titles[part.type];
}

/** Kinds are told apart by a number, titles by the kind. */
function unique(signIns: SignIn[]): SignIn[] {
  const kinds = new Map<string, number>();
  return signIns.map((signIn) => {
    const seen = (kinds.get(signIn.kind) ?? 0) + 1;
    kinds.set(signIn.kind, seen);
    const twin = signIns.filter(({ title }) => title === signIn.title).length > 1;
    const title = twin ? `${signIn.title} (${signIn.kind})` : signIn.title;
    return { ...signIn, title, kind: seen === 1 ? signIn.kind : `${signIn.kind}${seen}` };
  });
}
