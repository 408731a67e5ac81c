import type { HostFunction } from './host-function.js';
import { identity } from './lists.js';

type Members = Record<string, unknown>;

export const objectFunctions = {
  diffObjects: {
    signature: '<oo:a>',
    run: (before: Members | undefined, after: Members | undefined) => {
      const [old, now] = [before ?? {}, after ?? {}];
      const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
      return names
        .filter((name) => identity(own(old, name)) !== identity(own(now, name)))
        .map((name) => {
          const [from, to] = [own(old, name), own(now, name)];
          return { name, ...(from === undefined ? {} : { before: from }), ...(to === undefined ? {} : { after: to }) };
        });
    },
  },
  pick: {
    signature: '<oa<s>:o>',
    run: (object: Members | undefined, names: string[] | undefined) => {
      if (object === undefined) return undefined;
      const picked: Members = Object.create(null);
      for (const name of names ?? []) if (Object.hasOwn(object, name)) picked[name] = object[name];
      return picked;
    },
  },
} satisfies Record<string, HostFunction>;

const own = (object: Members, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
