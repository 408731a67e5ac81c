import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

const request = (workspaceId: string, name: string, length = 10) => ({ workspaceId, name, length });
const names = (turn: { name: string }[]) => turn.map(({ name }) => name);

describe('turns', () => {
  it('go round the workspaces, each with what it has waiting', () => {
    const turns = new Turns<ReturnType<typeof request>>();
    for (const [workspace, name] of ['a1', 'a2', 'b1', 'c1', 'a3'].map((name) => [name[0] ?? '', name] as const)) {
      turns.push(request(workspace, name));
    }
    expect(names(turns.take())).toEqual(['a1', 'a2', 'a3']);
    turns.push(request('a', 'a4'));
    expect(names(turns.take())).toEqual(['b1']);
    expect(names(turns.take())).toEqual(['c1']);
    expect(names(turns.take())).toEqual(['a4']);
    expect(turns.take()).toEqual([]);
    expect(turns.empty).toBe(true);
  });

  it('are bounded, so that one workspace delays another by one turn only', () => {
    const turns = new Turns<ReturnType<typeof request>>();
    for (let n = 0; n < 250; n += 1) turns.push(request('a', `a${n}`));
    turns.push(request('b', 'b0'));
    expect(turns.take()).toHaveLength(100);
    expect(names(turns.take())).toEqual(['b0']);
    expect(turns.waiting('a')).toBe(150);
  });

  it('are bounded in what they send; a larger request is a turn of its own', () => {
    const turns = new Turns<ReturnType<typeof request>>();
    for (const length of [5_000_000, 600_000, 300_000, 300_000]) turns.push(request('a', String(length), length));
    expect(names(turns.take())).toEqual(['5000000']);
    expect(names(turns.take())).toEqual(['600000', '300000']);
    expect(names(turns.clear())).toEqual(['300000']);
    expect(turns.empty).toBe(true);
  });
});
