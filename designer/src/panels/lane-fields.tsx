import type { Lane } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { useFormScope } from '../forms/form-scope.js';
import { ListSetting, TextSetting } from '../forms/setting-fields.js';

const place = '/settings/order/lane';

/** Whether the key of a flow counts among the runs of other flows, too, and which of those its own runs supersede. */
export function LaneFields({ lane }: { lane: Lane | undefined }) {
  const { change, readOnly } = useFormScope();
  if (lane === undefined) {
    return (
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          Only the runs of this flow take turns with each other.
        </Text>
        {!readOnly && (
          <Button variant="light" size="compact-sm" onClick={() => change(place, { name: 'person' })}>
            With other flows, too
          </Button>
        )}
      </div>
    );
  }
  return (
    <>
      <TextSetting
        label="Lane"
        help="Runs of all flows that name the same lane take turns. In a lane two spellings of one e-mail address are one value, and a run that only waits for a time lets others go until then, unless its work has begun."
        placeholder="person"
        pointer={`${place}/name`}
        value={lane.name}
      />
      <TextSetting
        label="There this flow goes by the name"
        help="By which other flows can name it, such as leaver."
        placeholder="No name"
        pointer={`${place}/as`}
        value={lane.as}
      />
      <ListSetting
        label="Its runs supersede those of"
        help="Names in the lane. Their runs of the same value that have not begun their work, as a removal that waits for the last day, end when a run of this flow arrives."
        placeholder="None"
        pointer={`${place}/supersedes`}
        value={lane.supersedes}
      />
      {!readOnly && (
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => change(place, undefined)}>
            Only with runs of this flow
          </Button>
        </div>
      )}
    </>
  );
}
