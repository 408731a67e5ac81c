import { defineSimulator, SimulatedRefusal } from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/sample-vendor.openapi.json' with { type: 'json' };

interface User {
  id: string;
  email: string;
  full_name: string;
  status: string;
}

interface SampleVendorState {
  users: User[];
}

export const sampleVendorSimulator = defineSimulator<SampleVendorState>({
  connector: 'sample-vendor',
  title: 'Sample Vendor',
  apis: [
    {
      description,
      root: '/v1',
      error: (_, message) => ({ error: { message } }),
      authorize: ({ headers }) =>
        /^Bearer \S+/.test(headers.authorization ?? '')
          ? null
          : { status: 401, body: { error: { message: 'The token is not valid.' } } },
      rules: {
        listUsers: ({ users }, { query }) => {
          const start = Number(query.cursor ?? 0);
          const end = start + Number(query.limit ?? 100);
          const next = end < users.length ? { next_cursor: String(end) } : {};
          return { body: { account: 'Simulated Company', users: users.slice(start, end), ...next } };
        },
        getUser: (state, { params }) => ({ body: userOf(state, params.userId!) }),
        setStatus: (state, { params, body }) => {
          const user = userOf(state, params.userId!);
          user.status = (body as { status: string }).status;
          return { body: user };
        },
      },
    },
  ],
  seed: () => ({
    users: simulatedPeople.map(({ key, email, firstName, lastName }, index) => ({
      id: `u${index + 1}`,
      email,
      full_name: `${firstName} ${lastName}`,
      status: key === 'noah' ? 'suspended' : 'active',
    })),
  }),
  view: ({ users }) => ({
    tables: [
      {
        title: 'Users',
        columns: [
          { key: 'name', title: 'Name' },
          { key: 'email', title: 'E-mail' },
          { key: 'status', title: 'Status' },
        ],
        rows: users.map(({ full_name: name, email, status }) => ({ name, email, status })),
      },
    ],
  }),
});

function userOf({ users }: SampleVendorState, id: string): User {
  const found = users.find((user) => user.id === id);
  if (!found) throw new SimulatedRefusal(404, `There is no user ${id}.`);
  return found;
}
