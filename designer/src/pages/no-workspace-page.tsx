import { Entrance } from './entrance/entrance.js';
import { NewWorkspaceForm } from './settings/new-workspace-form.js';

/** Somebody signed in who is a member of no workspace. */
export function NoWorkspacePage() {
  return (
    <Entrance
      title="You are in no workspace"
      lead="Ask an administrator for an invitation, or make a workspace of your own."
    >
      <NewWorkspaceForm />
    </Entrance>
  );
}
