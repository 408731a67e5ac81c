import { peopleRoutes, type Role } from '@castellan/api';
import { ApiClient } from './api-client.js';
import { signIn, type TestServer } from './harness/index.js';

export const password = 'a long enough password';
let joined = 0;

/** Invites somebody new with the role, and accepts as them. */
export async function joinAs(server: TestServer, admin: ApiClient, role: Role): Promise<ApiClient & { email: string }> {
  joined += 1;
  const email = `${role}-${joined}@castellan.test`;
  const { url } = await admin.ok(peopleRoutes.invite, { body: { email, role } });
  const code = new URL(url ?? '').pathname.split('/').at(-1) ?? '';
  await ApiClient.nobody(server).ok(peopleRoutes.acceptInvite, { params: { code }, body: { name: role, password } });
  const session = await signIn(server, { email, password });
  const own = { ...session, workspaceId: admin.workspaceId };
  return Object.assign(ApiClient.of(server, own), { email });
}

/** An administrator of a workspace of their own, who is nobody in the first one. */
export async function foreignAdmin(server: TestServer, admin: ApiClient): Promise<ApiClient> {
  const person = await joinAs(server, admin, 'viewer');
  const { id } = await person.ok(peopleRoutes.makeWorkspace, { body: { name: 'Elsewhere' } });
  const { items } = await admin.ok(peopleRoutes.members);
  const member = items.find(({ email }) => email === person.email);
  await admin.ok(peopleRoutes.removeMember, { params: { id: member?.userId ?? '' } });
  const session = await signIn(server, { email: person.email, password });
  return ApiClient.of(server, { ...session, workspaceId: id });
}
