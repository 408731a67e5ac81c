/** One person of the company that all simulators know. */
export interface SimulatedPerson {
  /** The key by which seeds name them. */
  key: string;
  email: string;
  firstName: string;
  lastName: string;
  title: string;
  team: string;
  managerEmail: string | null;
}

type Row = [key: string, firstName: string, lastName: string, title: string, team: string, manager: string | null];

const rows: Row[] = [
  ['ada', 'Ada', 'Okafor', 'Chief Information Security Officer', 'Security', null],
  ['marco', 'Marco', 'Reyes', 'Head of Engineering', 'Engineering', 'ada'],
  ['jane', 'Jane', 'Doe', 'Senior Software Engineer', 'Engineering', 'marco'],
  ['priya', 'Priya', 'Raman', 'Site Reliability Engineer', 'Engineering', 'marco'],
  ['tom', 'Tom', 'Fischer', 'Data Engineer', 'Data', 'marco'],
  ['lena', 'Lena', 'Novak', 'Security Analyst', 'Security', 'ada'],
  ['sam', 'Sam', 'Whitaker', 'On-call Incident Commander', 'Security', 'ada'],
  ['yuki', 'Yuki', 'Tanaka', 'Finance Manager', 'Finance', 'ada'],
  ['noah', 'Noah', 'Silva', 'Sales Representative', 'Sales', 'yuki'],
  ['breakglass', 'Break', 'Glass', 'Emergency administrator', 'Security', 'ada'],
  ['mia', 'Mia', 'Keller', 'Data Analyst', 'Data', 'tom'],
];

const emailOf = (key: string): string => {
  const [, firstName, lastName] = rows.find(([other]) => other === key)!;
  return `${firstName}.${lastName}@example.com`.toLowerCase();
};

/** The people of the simulated company. Every vendor's simulator seeds its accounts from these, by e-mail. */
export const simulatedPeople: SimulatedPerson[] = rows.map(([key, firstName, lastName, title, team, manager]) => ({
  ...{ key, firstName, lastName, title, team },
  email: emailOf(key),
  managerEmail: manager === null ? null : emailOf(manager),
}));

/** The person that alerts of the samples are about. */
export const affectedPerson: SimulatedPerson = simulatedPeople.find(({ key }) => key === 'jane')!;

/** People whose access is not taken away without a decision. */
export const protectedPeople: SimulatedPerson[] = simulatedPeople.filter(({ key }) =>
  ['breakglass', 'ada'].includes(key),
);

/** A UUID that is the same at every start: a seed names a kind of thing and its number. */
export function seedId(kind: number, number: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `ca57e11a-${hex(kind, 4)}-4000-8000-${hex(number, 12)}`;
}
