import { describe, expect, it } from 'vitest';
import { authFields, fieldProblems, fieldsToSend, startValues } from './auth-form.js';

const schema = {
  type: 'object',
  properties: {
    token: { type: 'string', title: 'API token', secret: true, minLength: 1 },
    privateKey: { type: 'string', secret: true, multiline: true },
    domain: { type: 'string', pattern: '^[a-z]+\\.example$', examples: ['acme.example'] },
    region: { enum: ['us', 'eu'], default: 'us' },
    port: { type: 'integer' },
    verbose: { type: 'boolean' },
    scopes: { type: 'array', items: { type: 'string' } },
  },
  required: ['token', 'domain', 'verbose'],
};
const fields = authFields(schema, ['token', 'privateKey']);
const field = (name: string) => fields.find((one) => one.name === name);

describe('the form of a connection', () => {
  it('draws each field by its schema', () => {
    expect(fields.map(({ name, control }) => [name, control])).toEqual([
      ['token', 'secret'],
      ['privateKey', 'long-secret'],
      ['domain', 'text'],
      ['region', 'choice'],
      ['port', 'number'],
      ['verbose', 'switch'],
      ['scopes', 'list'],
    ]);
  });

  it('names a field by its title, else by its name in words', () => {
    expect(field('token')?.label).toBe('API token');
    expect(field('privateKey')?.label).toBe('Private key');
  });

  it('does not demand that a switch is on', () => {
    expect(field('verbose')?.required).toBe(false);
  });

  it('starts with stored settings, else defaults, and never with a secret', () => {
    const values = startValues(fields, { domain: 'acme.example', token: 'told by mistake', verbose: true });
    expect(values).toMatchObject({ token: '', domain: 'acme.example', region: 'us', verbose: true, scopes: [] });
  });

  it('says which needed fields are empty', () => {
    expect(fieldProblems(fields, startValues(fields))).toEqual({
      token: 'API token is needed.',
      domain: 'Domain is needed.',
    });
  });

  it('lets a stored secret stay empty, and then does not send it', () => {
    const values = { ...startValues(fields), domain: 'acme.example' };
    expect(fieldProblems(fields, values, ['token'])).toEqual({});
    expect(fieldsToSend(fields, values)).not.toHaveProperty('token');
  });

  it('refuses a text of another form with an example', () => {
    const values = { ...startValues(fields), token: 't', domain: 'ACME' };
    expect(fieldProblems(fields, values)).toEqual({
      domain: 'Domain does not have the form that is wanted, for example acme.example.',
    });
  });

  it('leaves a pattern that the browser cannot read to the server', () => {
    const odd = authFields({ properties: { a: { type: 'string', pattern: '(?i)x' } } }, []);
    expect(fieldProblems(odd, { a: 'y' })).toEqual({});
  });

  it('sends numbers as numbers and a switch that is off', () => {
    const values = { ...startValues(fields), port: 8443, token: 't', domain: 'acme.example' };
    expect(fieldsToSend(fields, values)).toEqual({
      token: 't',
      domain: 'acme.example',
      region: 'us',
      port: 8443,
      verbose: false,
    });
  });

  it('has no fields where nothing is asked', () => {
    expect(authFields({}, [])).toEqual([]);
  });
});
