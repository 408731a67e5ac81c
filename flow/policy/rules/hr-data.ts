import type { Place, PublishPolicy } from '../../schema/policy.js';
import type { Rule } from '../finding.js';
import { isListed } from '../patterns.js';
import { postOf } from '../posts.js';
import { followData } from '../sources.js';
import { stopOf, wordsOf } from '../ways.js';

/** What comes from an HR system and is told where everybody reads it, or to people outside. */
export const hrData: Rule = (facts, { rules, called }) => {
  const { systems } = rules.hrData;
  const sourcesOf = followData(facts, called);
  return facts.steps.flatMap((place) => {
    const { id, step } = place;
    const hrIn = (value: unknown) => sourcesOf(place, value).find(({ connector }) => systems.includes(connector ?? ''));
    const post = postOf(facts, place, sourcesOf);
    const own = post ? hrIn(post.content) : undefined;
    const input = step.kind === 'subflow' ? hrIn(step.input) : undefined;
    const here = stopOf(id, step);
    const told = [
      ...(own && post ? post.places.map((to) => ({ to, way: [...own.trail, here] })) : []),
      ...(input ? (called[String(step.flow)]?.posts ?? []) : []).map(({ place: to, way }) => ({
        ...{ to, way: [...(input?.trail ?? []), here, ...way] },
      })),
    ];
    return told.flatMap(({ to, way }) => {
      const readers = readersOf(to, rules.hrData);
      if (readers === null) return [];
      const message = `Data of an HR system comes to ${readers.words}: ${wordsOf(way)}.`;
      return [{ at: id, way, message, remedy: `Leave that data out, ${readers.remedy}` }];
    });
  });
};

/** Who reads it there, in words; null where only those do who may. */
function readersOf(to: Place, rules: PublishPolicy['hrData']): { words: string; remedy: string } | null {
  if (to.kind === 'channel') {
    const { publicChannels, privateChannels } = rules;
    const isPublic = to.name === null || (isListed(to.name, publicChannels) && !isListed(to.name, privateChannels));
    if (!isPublic) return null;
    const words =
      to.name === null ? 'a channel that is known only when the flow runs' : `the public channel ${to.name}`;
    return { words, remedy: 'write to one person or to a private channel' };
  }
  if (to.kind === 'address') {
    const { ownDomains, peopleFrom } = rules;
    if (ownDomains.length === 0) return null;
    const { name } = to;
    const isOwn =
      name === null
        ? to.from.every((connector) => connector !== null && peopleFrom.includes(connector))
        : isListed(name.slice(name.lastIndexOf('@') + 1), ownDomains);
    if (isOwn) return null;
    const words = name === null ? 'an address that is known only when the flow runs' : `${name}, outside`;
    return { words, remedy: 'write to people of your own' };
  }
  const { connector, name } = to;
  const isPublic = rules.publicSystems.some((entry) => {
    const [system = '', ...room] = entry.split('/');
    if (!isListed(connector, [system])) return false;
    return room.length === 0 || name === null || isListed(name, [room.join('/')]);
  });
  if (!isPublic) return null;
  return {
    words: `${connector}${name === null ? '' : ` (${name})`}, which everybody reads`,
    remedy: 'write it elsewhere',
  };
}
