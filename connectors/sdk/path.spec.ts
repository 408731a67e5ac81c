import { describe, expect, it } from 'vitest';
import { path } from './path.js';

describe('path', () => {
  it('makes one segment of every value', () => {
    expect(path`/users/${'a/b?c#d e%2F'}/groups/${7}`).toBe('/users/a%2Fb%3Fc%23d%20e%252F/groups/7');
  });

  it('survives a lone surrogate', () => {
    expect(path`/users/${'\ud800'}`).toBe('/users/%EF%BF%BD');
  });

  it.each(['', '.', '..'])('refuses “%s”, with which a URL would lead elsewhere', (value) => {
    expect(() => path`/users/${value}/groups`).toThrow('cannot stand in a URL path');
  });
});
