// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Packs label rules from named fields.
library Rules {
    struct Scalar {
        uint256 kind;
        uint256 capacity;
        uint256 itemCount;
        uint256 goldCount;
        uint256 thresholdBps;
        uint256 max;
        uint256 tolerance;
    }

    struct Box {
        uint256 capacity;
        uint256 itemCount;
        uint256 goldCount;
        uint256 thresholdBps;
        uint256 maxClass;
        uint256 width;
        uint256 height;
        uint256 iouBps;
    }

    function pack(Scalar memory s) internal pure returns (uint256) {
        return s.kind | s.capacity << 8 | s.itemCount << 24 | s.goldCount << 40 | s.thresholdBps << 56 | s.max << 72
            | s.tolerance << 80;
    }

    function pack(Box memory b) internal pure returns (uint256) {
        return 2 | b.capacity << 8 | b.itemCount << 24 | b.goldCount << 40 | b.thresholdBps << 56 | b.maxClass << 72
            | b.width << 80 | b.height << 96 | b.iouBps << 112;
    }

    /// @notice Ten classes, 64 items, three of them gold, two agreements needed.
    function digits() internal pure returns (Scalar memory) {
        return Scalar({kind: 0, capacity: 64, itemCount: 64, goldCount: 3, thresholdBps: 6000, max: 9, tolerance: 0});
    }

    function boxes() internal pure returns (Box memory) {
        return Box({
            capacity: 32,
            itemCount: 20,
            goldCount: 4,
            thresholdBps: 7500,
            maxClass: 3,
            width: 640,
            height: 480,
            iouBps: 5000
        });
    }
}
