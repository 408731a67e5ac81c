import type { Catalog } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { groupPalette, isTriggerItem, paletteItems, searchPalette } from './palette-items.js';

const catalog = {
  connectors: [
    {
      id: 'opal',
      title: 'Opal',
      operations: [{ id: 'revokeAccess', title: 'Revoke access', effect: 'destructive' }],
      triggers: [{ id: 'requested', title: 'Access requested' }],
    },
  ],
} as unknown as Catalog;
const items = paletteItems(catalog);

describe('the palette', () => {
  it('offers kinds, operations, triggers and events', () => {
    expect(groupPalette(items).map(({ title }) => title)).toEqual(['Logic', 'Triggers', 'Opal']);
    const opal = groupPalette(items).at(-1)!;
    expect(opal).toMatchObject({ system: 'opal', items: [{ title: 'Access requested' }, { title: 'Revoke access' }] });
    expect(items.find(({ title }) => title === 'Revoke access')?.make).toEqual({
      step: { kind: 'action', title: 'Revoke access', operation: 'revokeAccess', input: {} },
    });
    expect(items.filter(isTriggerItem).map(({ title }) => title)).toContain('Access requested');
  });

  it('offers every kind of step and of trigger', () => {
    const ids = items.map(({ id }) => id);
    expect(ids).toContain('step loop');
    expect(ids).toContain('step filter');
    expect(ids).toContain('step subflow');
    expect(ids).toContain('trigger call');
    expect(ids).toContain('trigger schedule');
  });

  it('finds by any word, and puts titles that begin with it first', () => {
    expect(searchPalette(items, 'opal revoke').map(({ title }) => title)).toEqual(['Revoke access']);
    expect(searchPalette(items, 'wait')[0]?.title).toBe('Wait');
    expect(searchPalette(items, 'nothing of the kind')).toEqual([]);
    expect(searchPalette(items, ' ')).toEqual(items);
  });

  it('keeps systems of one name apart', () => {
    const [opal] = catalog.connectors;
    const twice = paletteItems({ ...catalog, connectors: [opal!, { ...opal!, id: 'api-opal' }] });
    expect(groupPalette(twice).map(({ system }) => system)).toEqual([undefined, undefined, 'opal', 'api-opal']);
  });

  it('can be shown before the catalogue is there', () => {
    expect(groupPalette(paletteItems(undefined)).map(({ title }) => title)).toEqual(['Logic', 'Triggers']);
  });
});
