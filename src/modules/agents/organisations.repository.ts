import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly language: string;
}

/** Agents and the people who work for them. */
@Injectable()
export class OrganisationsRepository {
  async insert(tx: Tx, agent: { name: string; language: string; at: Instant }): Promise<string> {
    const [row] = await tx.query<{ id: string }>('INSERT INTO agent (name, language, created_at) VALUES ($1, $2, $3) RETURNING id', [agent.name, agent.language, formatInstant(agent.at)]);
    if (row === undefined) throw new Error('the agent was not stored');
    return row.id;
  }

  async addMember(tx: Tx, member: { userId: string; agentId: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO agent_member (user_id, agent_id, added_at) VALUES ($1, $2, $3)', [member.userId, member.agentId, formatInstant(member.at)]);
  }

  async find(reader: Reader, id: string): Promise<AgentRow | undefined> {
    const [row] = await reader.query<AgentRow>('SELECT id, name, language FROM agent WHERE id = $1', [id]);
    return row;
  }

  /** The agent somebody works for, while they are let in at all. */
  async ofMember(reader: Reader, userId: string): Promise<AgentRow | undefined> {
    const [row] = await reader.named<AgentRow>('agent_of_member', `
      SELECT a.id, a.name, a.language FROM agent_member m JOIN agent a ON a.id = m.agent_id WHERE m.user_id = $1`, [userId]);
    return row;
  }

  members(reader: Reader, agentId: string): Promise<{ userId: string; email: string; name: string }[]> {
    return reader.query(`
      SELECT u.id AS "userId", u.email, u.name FROM agent_member m JOIN app_user u ON u.id = m.user_id WHERE m.agent_id = $1 ORDER BY u.name, u.id`, [agentId]);
  }
}
