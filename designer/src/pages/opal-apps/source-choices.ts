import type { Catalog, OpalAppRead } from '@castellan/api';

type Operation = Catalog['connectors'][number]['operations'][number];
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** Operations that only read and answer a list. */
export function listOperations(operations: Operation[]): Operation[] {
  return operations.filter(({ effect, output }) => effect === 'read' && itemOf(output) !== undefined);
}

const itemOf = (output: object): Schema | undefined => (output as Schema).properties?.items?.items;

/** The places of texts and numbers in an item, as pointers. */
export function placesIn({ output }: Operation): string[] {
  return placesBelow(itemOf(output) ?? {}, '');
}

function placesBelow({ properties = {} }: Schema, at: string): string[] {
  return Object.entries(properties).flatMap(([name, child]) => {
    const place = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return child.properties ? placesBelow(child, place) : child.type === 'array' ? [] : [place];
  });
}

/** Where an item most likely has what a list wants: the place of the same name, else that of the same ending. */
export function guessedSource(read: OpalAppRead, operation: Operation) {
  const places = placesIn(operation);
  const fields = Object.fromEntries(
    Object.keys(read.fields).flatMap((field) => {
      const place = guess(field, read, places);
      return place === undefined ? [] : [[field, place]];
    }),
  );
  const inputs = Object.keys((operation.input as Schema).properties ?? {});
  const argument =
    read.of && inputs.find((name) => name.toLowerCase().endsWith(read.of === 'groupId' ? 'groupid' : 'resourceid'));
  return { operation: operation.id, input: {}, fields, ...(argument ? { argument } : {}) };
}

function guess(field: string, { list }: OpalAppRead, places: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const own = `${list.replace(/s$/, '')}_${field}`;
  const wanted = [field, own].map(plain);
  return (
    places.find((place) => wanted.includes(plain(place))) ??
    places.find((place) => wanted.some((one) => plain(place).endsWith(one)))
  );
}
