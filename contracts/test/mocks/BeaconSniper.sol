// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";

/// @notice Joins, draws and looks in one transaction, and undoes it all unless it likes what it gets. It knows the secret.
contract BeaconSniper {
    /// @param pickedHash Of the block picked for the beacon, as it can be read.
    /// @param refusal Why the seed could not be revealed.
    struct Sight {
        bytes32 beacon;
        uint64 beaconBlock;
        bytes32 pickedHash;
        bytes32 seed;
        uint256[] mask;
        bytes refusal;
    }

    error BeaconSniper_NotToItsTaste(bytes32 seed);

    ITaskRegistry internal immutable TASKS;
    IConsensusSettlement internal immutable CONSENSUS;

    constructor(ITaskRegistry tasks, IConsensusSettlement consensus) {
        TASKS = tasks;
        CONSENSUS = consensus;
    }

    function joinAndLook(bytes32 taskId, bytes32 secret, bytes32 encryptionKey) external returns (Sight memory sight) {
        uint32 slot = TASKS.join(
            taskId,
            ITaskRegistry.Joining({
                worker: address(this),
                payout: address(this),
                encryptionKey: encryptionKey,
                relayFee: 0,
                termsHash: TASKS.task(taskId).termsHash
            }),
            ""
        );
        CONSENSUS.drawBeacon(taskId);
        try CONSENSUS.drawBeacon(taskId) {} catch {}
        try CONSENSUS.revealSeed(taskId, secret) {}
        catch (bytes memory refusal) {
            sight.refusal = refusal;
        }
        (sight.beacon, sight.beaconBlock) = CONSENSUS.beaconOf(taskId, 0);
        sight.pickedHash = blockhash(sight.beaconBlock);
        sight.seed = CONSENSUS.seedOf(taskId, 0);
        sight.mask = CONSENSUS.assignmentOf(taskId, slot);
    }

    /// @dev Draws and reveals, and undoes it when the lowest bit of the seed is not the one it wants.
    function revealIf(bytes32 taskId, bytes32 secret, uint256 wanted) external {
        CONSENSUS.revealSeed(taskId, secret);
        bytes32 seed = CONSENSUS.seedOf(taskId, 0);
        if (uint256(seed) % 2 != wanted) revert BeaconSniper_NotToItsTaste(seed);
    }
}
