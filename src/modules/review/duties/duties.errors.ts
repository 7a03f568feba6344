import { defineCatalogue } from '../../../core/errors/index.js';

export const REVIEW_DUTIES_ERRORS = defineCatalogue({
  'review.decided_meanwhile': { kind: 'stale', title: 'Somebody was faster', detail: '{by} decided "{outcome}" on {when}. Your decision was not taken. Look at the claim as it stands now.' },
  'review.approved_meanwhile': { kind: 'stale', title: 'Somebody approved it meanwhile', detail: '{by} approved it as the first of two on {when}. Look at the claim as it stands now; your approval would be the award.' },
  'review.approved_already': { kind: 'duty', title: 'Another person has to approve it too', detail: 'You have approved this award as the first of two. It is above what one person decides alone: a colleague has to approve it as well.' },
  'review.above_limit': { kind: 'duty', title: 'Above what one person decides', detail: 'The amount is above your limit and nobody else has approved it. Read the claim again and approve it as the first of two.' },
  'review.recommender_interested': { kind: 'duty', title: 'Its recommendation does not count', detail: 'Whoever recommended this has an interest in it. Send it back with that reason, so that somebody else recommends.' },
  'review.limit_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'review.limit_negative': { kind: 'meaning', title: 'A limit is not below nought', detail: 'Write nought or more. With nought every award needs two people.' },
  'review.limit_currency': { kind: 'meaning', title: 'Two currencies', detail: 'The limit is for {currency}, and its amount is in another currency. Write both the same.' },
  'review.limit_counts': { kind: 'state', title: 'It counts already', detail: 'This limit does not wait to be confirmed. Set a new one to change it.' },
  'review.limit_own': { kind: 'duty', title: 'Another person has to confirm it', detail: 'You set this limit. It counts when another administrator has confirmed it.' },
});
