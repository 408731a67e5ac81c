-- What ends runs is looked for with every beat of their calls, among controls of which a large run has very many.
create index controls_ending on controls (run_id, id) where kind in ('cancel', 'timeout');
