-- Where a secret stood in a page of a loop's items, `items` is the masked form and `exact` the sealed one, as in `steps`.
alter table loop_items add column exact text;
