// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";

/// @notice Accepts a proof that is the hash of its key and public signals: so a test that passes has computed the very
/// signals the contract did. For unit tests only.
contract MockProofSystem is IProofSystem {
    bytes32 public constant systemId = "mock";
    uint256 internal _signalCount = 4;
    uint256 internal _verifyGas = 200_000;
    bytes32 internal _dependsOn;
    mapping(bytes32 keyId => bytes data) internal _keys;

    function setSignalCount(uint256 count) external {
        _signalCount = count;
    }

    function setVerifyGas(uint256 verifyGas) external {
        _verifyGas = verifyGas;
    }

    function setDependsOn(bytes32 keyId) external {
        _dependsOn = keyId;
    }

    function addKey(bytes32 keyId, bytes calldata data) external returns (KeyTerms memory) {
        _keys[keyId] = data;
        return KeyTerms({signalCount: _signalCount, verifyGas: _verifyGas, dependsOn: _dependsOn});
    }

    function verify(
        bytes32 keyId,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        external
        pure
        virtual
        returns (bool)
    {
        return keccak256(proof) == keccak256(proofOf(keyId, publicSignals));
    }

    function keyData(bytes32 keyId) external view returns (bytes memory) {
        return _keys[keyId];
    }

    function registry() external pure returns (address) {
        return address(0);
    }

    function proofOf(bytes32 keyId, uint256[] memory publicSignals) public pure returns (bytes memory) {
        return abi.encode(keccak256(abi.encode(keyId, publicSignals)));
    }
}
