//! The promises, each in a line that fits on a screen. The specification says them in full.

pub(super) const PROMISES: [(&str, &str, &str); 14] = [
    (
        "S1",
        "One item, one server",
        "At most one item that is not deleted holds a server; its owner is none or that item's user.",
    ),
    (
        "S2",
        "Nobody finds another's traces",
        "From the first instant of a customer's access no disk carries somebody else's data.",
    ),
    (
        "S3",
        "Writes go where they belong",
        "Every write to a server is for the item bound to it, with the owner that the stage demands.",
    ),
    (
        "S4",
        "Stopped means unreachable",
        "From the reported stop until resume or close begins, all data ports are down.",
    ),
    (
        "S4w",
        "Exposure while closing",
        "Seconds in which a stopped customer's system runs with a port up. Measured, not promised.",
    ),
    (
        "S5",
        "Success is true",
        "Success is reported only if the server is as it has to be at the deciding read.",
    ),
    (
        "S6",
        "Deleted means gone",
        "Deletion is reported only with no owner, no addresses, power off, ports down, disks wiped.",
    ),
    (
        "S7",
        "Secrets stay put",
        "No password, token or key leaves its place.",
    ),
    (
        "S8",
        "No second installation",
        "After hand-over no run of open installs or wipes.",
    ),
    (
        "L1",
        "Everything ends",
        "Once faults stop, each run ends in time, and at last in success or in a task for staff.",
    ),
    (
        "L2",
        "No server is lost",
        "At rest every server is free, bound, in quarantine with a task, or excluded by staff.",
    ),
    (
        "L3",
        "No address is lost",
        "Each address is in a pool or on exactly one server, and then in that one item.",
    ),
    (
        "L4",
        "Active means usable",
        "An active item has owner, power, ports, address, system and password; else staff have a task.",
    ),
    (
        "L5",
        "As ordered, not more",
        "Installations and addresses that took effect are as many as were ordered.",
    ),
];
