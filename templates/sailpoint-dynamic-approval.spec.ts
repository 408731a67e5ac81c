import { describe, expect, it } from 'vitest';
import { flowOf, outputOf } from './template-flow.js';

const flow = flowOf('sailpoint-dynamic-approval');

interface Rule {
  item?: string | null;
  type?: string | null;
  approver_id: string;
}
const item = (name: string, type = 'ACCESS_PROFILE', operation = 'Add') => ({ name, type, operation });

/** The rule that is found for a request. */
async function chosen(rules: Rule[], requestedItems: object[], by = 'marco', requestedFor = ['jane']) {
  const items = rules.map((values) => ({ values: { approver_type: 'IDENTITY', ...values } }));
  const found = await outputOf(flow, 'choose', {
    steps: { rules: { output: { items } } },
    trigger: { body: { requestedItems, requestedFor: requestedFor.map((id) => ({ id })), requestedBy: { id: by } } },
  });
  return found as Record<string, unknown>;
}

const byName = { item: 'AWS Production', approver_id: 'by-name' };
const byType = { type: 'ROLE', approver_id: 'by-type' };
const forAll = { item: '', type: null, approver_id: 'for-all' };

describe('The rule for a request', () => {
  it('is that which names the item, then that which names its type, then that which names neither', async () => {
    const all = [forAll, byType, byName];
    expect(await chosen(all, [item('aws production', 'ROLE')])).toMatchObject({
      id: 'by-name',
      item: 'aws production',
    });
    expect(await chosen(all, [item('Engineer', 'ROLE')])).toMatchObject({ id: 'by-type' });
    expect(await chosen(all, [item('Wiki')])).toMatchObject({ id: 'for-all', type: 'IDENTITY' });
  });

  it('is the strictest of all items, and of two alike the first', async () => {
    expect(await chosen([forAll, byName], [item('Wiki'), item('AWS Production')])).toMatchObject({ id: 'by-name' });
    expect(await chosen([forAll, { ...forAll, approver_id: 'second' }], [item('Wiki')])).toMatchObject({
      id: 'for-all',
    });
  });

  it('is none where none fits, there are none, or access is only removed', async () => {
    const none = { type: '', id: '', concerned: false };
    expect(await chosen([byName, byType], [item('Wiki')])).toMatchObject(none);
    expect(await chosen([], [item('Wiki')])).toMatchObject(none);
    expect(await chosen([forAll], [item('Wiki', 'ROLE', 'Remove')])).toMatchObject({ ...none, adds: 0 });
  });

  it('knows whether its approver is the person concerned or the one who asks', async () => {
    const rule = { approver_id: 'ada' };
    expect(await chosen([rule], [item('Wiki')], 'ada')).toMatchObject({ concerned: true });
    expect(await chosen([rule], [item('Wiki')], 'marco', ['jane', 'ada'])).toMatchObject({ concerned: true });
    expect(await chosen([rule], [item('Wiki')])).toMatchObject({ concerned: false });
  });
});
