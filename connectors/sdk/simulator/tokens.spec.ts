import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineConnector } from '../define.js';
import { path } from '../path.js';
import { type Simulation, simulate } from '../testing/simulate.js';
import { jwtBearer } from '../tokens/jwt.js';
import { oauth2AuthorizationCode, oauth2RefreshToken } from '../tokens/oauth2.js';
import { defineSimulator, type Simulator } from './define.js';
import { carriesToken, claimsOf, type SimulatedTokens, seedTokens, tokenEndpoint } from './tokens.js';

const description = {
  openapi: '3.0.3',
  info: { title: 'People', version: '1' },
  paths: { '/people': { get: { operationId: 'listPeople', responses: { 200: { description: '' } } } } },
};

interface State {
  tokens: SimulatedTokens;
}

const simulatorWith = (seed: Parameters<typeof seedTokens>[0], grants: string[]): Simulator =>
  defineSimulator<State>({
    connector: 'people',
    title: 'People',
    apis: [
      {
        description,
        authorize: (request, { tokens }) =>
          carriesToken(tokens, request) ? null : { status: 401, body: { code: 401 } },
        rules: { listPeople: () => ({ body: [] }) },
      },
      tokenEndpoint<State>({
        path: '/oauth/token',
        tokens: ({ tokens }) => tokens,
        grants,
        check: (_, { assertion }) => (assertion && !claimsOf(assertion).sub ? 'Whom do you act for?' : null),
      }),
    ],
    seed: () => ({ tokens: seedTokens(seed) }),
    view: () => ({ tables: [] }),
  });

const tokenUrl = 'https://people.example/oauth/token';
const withConsent = oauth2AuthorizationCode({ tokenUrl, authorizeUrl: 'https://people.example/authorize' });
const pasted = oauth2RefreshToken({ tokenUrl });
const signing = jwtBearer({ tokenUrl, claims: () => ({ iss: 'robot' }) });

const people = (kind: string, fields: object) =>
  defineConnector({
    ...{ id: 'people', title: 'People', docs: 'https://people.example', baseUrl: 'https://people.example' },
    auth: [withConsent, pasted, signing],
    sampleConnection: { kind, fields: { ...fields } },
    operations: {},
    judgedBy: 'docs',
  });

const client = { clientId: 'sample', clientSecret: 'sample' };
const read = (simulation: Simulation) =>
  simulation
    .host()
    .http.send({ method: 'GET', path: path`/people` })
    .catch((error: unknown) => error);
const given = async (simulation: Simulation) => ((await simulation.state()) as unknown as State).tokens.given;
const forget = async (simulation: Simulation, forgotten: Partial<SimulatedTokens>) => {
  const { tokens } = (await simulation.state()) as unknown as State;
  await simulation.seed({ tokens: { ...tokens, ...forgotten } as never });
};

describe('a simulator that gives out tokens', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    const connector = people(withConsent.kind, client);
    simulation = await simulate(connector, simulatorWith({ rotate: true }, ['authorization_code', 'refresh_token']));
  });
  beforeEach(() => simulation.reset());
  afterAll(() => simulation.close());

  it('needs nobody’s consent, and takes what it gave', async () => {
    expect(await read(simulation)).toMatchObject({ status: 200 });
    expect(await read(simulation)).toMatchObject({ status: 200 });
    expect(await given(simulation)).toBe(1);
  });

  it('refuses a token that has ended or was revoked, and gives another for the refresh token', async () => {
    await read(simulation);
    await forget(simulation, { access: [] });
    expect(await read(simulation)).toMatchObject({ status: 200 });
    expect(await given(simulation)).toBe(2);
  });

  /** How the token endpoint answered, call by call. */
  const answers = async () =>
    (await simulation.requests()).filter(({ operation }) => operation === 'requestToken').map(({ status }) => status);

  it('ends everything when a rotated refresh token comes again, and begins anew', async () => {
    await read(simulation);
    const { tokens } = (await simulation.state()) as unknown as State;
    await forget(simulation, { access: [], refresh: tokens.refresh.map((one) => ({ ...one, used: true })) });
    expect(await read(simulation)).toMatchObject({ status: 200 });
    expect(await answers()).toEqual([200, 400, 200]);
    expect((await simulation.state()).tokens).toMatchObject({ refresh: [{ used: false }], access: [{}] });
  });

  it('refuses a refresh token that was revoked, and begins anew', async () => {
    await read(simulation);
    await forget(simulation, { access: [], refresh: [] });
    expect(await read(simulation)).toMatchObject({ status: 200 });
    expect(await answers()).toEqual([200, 400, 200]);
  });
});

it('a simulator knows only its own grants', async () => {
  const simulation = await simulate(people(withConsent.kind, client), simulatorWith({}, ['client_credentials']));
  expect(await read(simulation)).toMatchObject({ details: { error: 'unsupported_grant_type' } });
  await simulation.close();
});

it('a simulator takes a refresh token that a person made, once where it rotates', async () => {
  const connector = people(pasted.kind, { ...client, refreshToken: 'sample' });
  const simulation = await simulate(connector, simulatorWith({ rotate: true }, ['refresh_token']));
  expect(await read(simulation)).toMatchObject({ status: 200 });
  simulation.signOut();
  expect(await read(simulation)).toMatchObject({ details: { error: 'invalid_grant' } });
  await simulation.close();
});

it('a simulator reads the claims of an assertion that a key made up for it has signed', async () => {
  const grants = ['urn:ietf:params:oauth:grant-type:jwt-bearer'];
  const simulation = await simulate(people(signing.kind, { privateKey: 'sample' }), simulatorWith({}, grants));
  expect(await read(simulation)).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('Whom do you act') });
  await simulation.close();
});
