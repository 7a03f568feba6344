import { defineCatalogue } from '../../core/errors/index.js';

export const FUNDS_ERRORS = defineCatalogue({
  'funds.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'funds.code_taken': { kind: 'conflict', title: 'The code is in use', detail: 'Another fund has this code. Choose a different one.' },
  'funds.limit_needed': { kind: 'meaning', title: 'The limit does not fit the mode', detail: 'A fund of mode "first_come" or "shared" has a limit above nought, in its currency; one of mode "open" has none.' },
  'funds.exhausted': { kind: 'state', title: 'The fund has not that much left', detail: 'The fund cannot reserve the amount now. Money comes back when claims end without payment.' },
  'funds.would_go_negative': { kind: 'conflict', title: 'The account does not hold that much', detail: 'The posting would take an account below nought. Nothing was posted.' },
  'funds.currency_differs': { kind: 'meaning', title: 'The fund is in another currency', detail: 'The fund is in {fund}, the amount in {amount}.' },
  'funds.no_limit': { kind: 'state', title: 'The fund has no limit', detail: 'Deposits raise the limit of a fund. This one has none: it reserves whatever is decided.' },
  'funds.deposit_amount': { kind: 'meaning', title: 'A deposit is more than nought', detail: 'State what came, above nought.' },
  'funds.deposit_stated': { kind: 'conflict', title: 'This money is stated already', detail: 'A deposit with this reference was stated for this fund. Look at it in the list; state only what is not there.' },
  'funds.deposit_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'funds.deposit_decided': { kind: 'state', title: 'The deposit was decided', detail: 'It was booked or dropped before; nothing changes that. State other money as a deposit of its own.' },
  'funds.deposit_second': { kind: 'forbidden', title: 'Another person books it', detail: 'You stated this deposit. Somebody else who has seen the money on the account books it.' },
  'funds.already_reserved': { kind: 'conflict', title: 'Already reserved', detail: 'This entitlement was reserved before; it is reserved once.' },
});
