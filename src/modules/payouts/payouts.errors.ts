import { defineCatalogue } from '../../core/errors/index.js';

export const PAYOUTS_ERRORS = defineCatalogue({
  'payouts.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'payouts.paying_account_missing': { kind: 'state', title: 'The fund has no paying account', detail: 'Nothing can be paid from a fund that names no account to pay from. Name one on the page of the fund.' },
  'payouts.date_past': { kind: 'meaning', title: 'The day is over', detail: 'The bank is to pay on {executeOn}, but it is {today} there already. Choose today or a later day.' },
  'payouts.date_far': { kind: 'meaning', title: 'The day is too far away', detail: 'The bank is to pay on {executeOn}. Choose a day up to {most}, so that accounts and holds are still as they were checked.' },
  'payouts.not_in_state': { kind: 'state', title: 'The batch is past this', detail: 'The batch is {state}; what can be done with it now: {allowed}.' },
  'payouts.batch_empty': { kind: 'state', title: 'There is nothing to pay', detail: 'No line is in this batch. Either nothing is due from the fund, or everything that is due is held or has no account to be paid to; the forecast says which.' },
  'payouts.digest_differs': { kind: 'state', title: 'The batch is not the one you looked at', detail: 'You named another digest than the batch has. Open it again, compare count and sum, and approve what you see.' },
  'payouts.approvals_missing': { kind: 'state', title: 'Approvals are missing', detail: '{missing} more people have to approve this batch before it is released.' },
  'payouts.approved_already': { kind: 'conflict', title: 'You have approved this batch', detail: 'One approval a person. Another approver has to give the next.' },
  'payouts.duty_conflict': { kind: 'duty', title: 'Another person has to do this', detail: 'Whoever locks a batch, approves it and releases it are different people.' },
  'payouts.releasing': { kind: 'conflict', title: 'It is being released', detail: 'Somebody asked for the release of this batch and its file is being written. Open the batch in a minute and see what came of it.' },
  'payouts.too_restless': { kind: 'state', title: 'Holds fell faster than the file was written', detail: 'Each time the file was written, another payment in it was stopped meanwhile. Nothing has left. Release it again when the holds have settled.' },
  'payouts.file_missing': { kind: 'missing', title: 'There is no file', detail: 'A file is written when a batch is released; this one was not.' },
  'payouts.line_held': { kind: 'state', title: 'The payment is held', detail: 'Something stops this payment: {reasons}. It can be paid once that is settled.' },
  'payouts.lines_open': { kind: 'state', title: 'Payments are still open', detail: '{open} payments of the batch are neither booked nor returned.' },
  'payouts.line_counted': { kind: 'conflict', title: 'It is being paid already', detail: 'Another line pays this entitlement. Nothing was made.' },
  'payouts.more_than_due': { kind: 'conflict', title: 'More than is due', detail: 'With this payment the claim would have had more than it was granted. Nothing was paid; look at the claim again.' },
  'payouts.does_not_add_up': { kind: 'conflict', title: 'The batch does not add up', detail: 'Its lines are not the ones that were locked. Nothing was moved. Cancel the batch and make a new one; tell whoever runs this installation.' },
});
