import type { AccountRow } from '../api/types'
import { formatInteger } from '../lib/format'
import { Card } from './Card'
import { Fact, Facts } from './Facts'

/** What the chain has counted of an account, once for each slot or dispute that ended. Nobody can edit it. */
export function AccountRecord({ account }: { account: AccountRow }) {
  return (
    <Card title="Record" note="Counted by the contracts; nobody can edit it">
      <Facts>
        <Fact label="Paid by proof">
          {formatInteger(account.accepted)}
          <small>Counts, no rating: who pays itself raises them</small>
        </Fact>
        <Fact label="Paid without a proof">{formatInteger(account.unproven)}</Fact>
        <Fact label="Rejected by proof">{formatInteger(account.rejected)}</Fact>
        <Fact label="Deadlines missed">{formatInteger(account.missed)}</Fact>
        <Fact label="Disputes lost">{formatInteger(account.disputesLost)}</Fact>
        <Fact label="As a requester">
          {formatInteger(account.paid)} paid by proof
          <small>
            {formatInteger(account.silent)} by silence, {formatInteger(account.refused)} rejected,{' '}
            {formatInteger(account.bondsLost)} bonds lost
          </small>
        </Fact>
      </Facts>
    </Card>
  )
}
