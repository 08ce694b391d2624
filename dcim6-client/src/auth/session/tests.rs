//! Every sequence of events up to a length, and what must hold after each of them.

use super::*;

type Machine = State<&'static str, &'static str>;

fn start() -> Timestamp {
    Timestamp::from_second(1_000_000)
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Call,
    /// A call was refused in the current session: with a 401, or with a 403.
    Ended,
    Suspected,
    /// A call was refused in a session that has been replaced since.
    LateRefusal,
    ByHand,
    Sent,
    Missed,
    Opened,
    Refused,
    Failed,
    Left,
    Forget,
    Idle,
}

const EVENTS: [Event; 13] = [
    Event::Call,
    Event::Ended,
    Event::Suspected,
    Event::LateRefusal,
    Event::ByHand,
    Event::Sent,
    Event::Missed,
    Event::Opened,
    Event::Refused,
    Event::Failed,
    Event::Left,
    Event::Forget,
    Event::Idle,
];

/// The machine, and what a bystander knows of it.
#[derive(Clone)]
struct World {
    machine: Machine,
    now: Timestamp,
    key: bool,
    /// The log-in under way, and how many wait for it.
    flight: Option<(u64, usize)>,
    in_air: bool,
    sessions: u64,
    refused: bool,
    /// A session is there, and whether it is known to have ended.
    open: Option<bool>,
}

impl World {
    fn new(key: bool) -> Self {
        Self {
            machine: State::new(!key),
            now: start(),
            key,
            flight: None,
            in_air: false,
            sessions: 0,
            refused: false,
            open: None,
        }
    }

    fn ask(&mut self, need: Need) {
        match self.machine.ask(need, self.now) {
            Answer::Use(token) => {
                assert!(self.open.is_some(), "a session from nowhere");
                assert_eq!(token.serial, self.sessions, "not the last session");
                if let Need::Replay { serial, .. } = need {
                    assert_ne!(token.serial, serial, "the refused session again");
                }
                // One that has ended is used for a call only where no other can be had.
                let ended = self.open == Some(true);
                assert!(!ended || self.refused, "a session that has ended");
                assert!(
                    !(self.refused && matches!(need, Need::ByHand)),
                    "not asked again"
                );
            }
            Answer::Join(number) => {
                let (current, waiting) = self.flight.expect("a log-in to join");
                assert_eq!(number, current);
                assert!(waiting > 0 || self.in_air);
                self.flight = Some((number, waiting + 1));
            }
            Answer::Launch(number) => {
                let busy = self.flight.is_some_and(|(_, waiting)| waiting > 0);
                assert!(!busy, "two log-ins at once");
                let by_hand = matches!(need, Need::ByHand);
                assert!(by_hand || !self.refused, "a second log-in by itself");
                assert!(!(self.key && self.sessions > 0), "a key opens one session");
                self.flight = Some((number, 1));
                self.in_air = false;
            }
            Answer::Refused(_) => {
                assert!(self.refused && !matches!(need, Need::ByHand));
                assert!(
                    self.open.is_none() || !matches!(need, Need::Call),
                    "the old session is there"
                );
            }
            Answer::Spent => assert!(self.key && self.sessions > 0),
        }
    }

    /// Tells whether the event can happen now.
    fn happen(&mut self, event: Event) -> bool {
        let serial = self.sessions;
        match (event, self.flight) {
            (Event::Call, _) => self.ask(Need::Call),
            (Event::ByHand, _) => self.ask(Need::ByHand),
            // Nobody replays a call in the session of a key: it cannot be renewed.
            (Event::Ended | Event::Suspected, _) if !self.key && self.open.is_some() => {
                let ended = matches!(event, Event::Ended);
                self.open = self.open.map(|was| was || ended);
                self.ask(Need::Replay { serial, ended });
            }
            (Event::LateRefusal, _) if serial > 1 => self.ask(Need::Replay {
                serial: serial - 1,
                ended: true,
            }),
            (Event::Sent, Some((number, waiting))) if !self.in_air && waiting > 0 => {
                self.machine.sent(number, self.now);
                self.in_air = true;
            }
            (Event::Missed, Some((number, waiting))) if self.in_air && waiting > 0 => {
                self.machine.missed(number);
                self.in_air = false;
            }
            (Event::Opened, Some((number, waiting))) if self.in_air && waiting > 0 => {
                let token = self.machine.landed(number, Landing::Opened("token"));
                self.sessions += 1;
                assert_eq!(token.map(|token| token.serial), Some(self.sessions));
                (self.open, self.refused) = (Some(false), false);
                self.flight = None;
            }
            (Event::Refused, Some((number, waiting))) if self.in_air && waiting > 0 => {
                assert!(
                    self.machine
                        .landed(number, Landing::Refused("no"))
                        .is_none()
                );
                self.refused = true;
                self.flight = None;
            }
            (Event::Failed, Some((number, waiting))) if self.in_air && waiting > 0 => {
                assert!(self.machine.landed(number, Landing::Failed).is_none());
                self.flight = None;
            }
            (Event::Left, Some((number, waiting))) if waiting > 0 => {
                let ends = self.machine.left(number);
                assert_eq!(ends, waiting == 1 && !self.in_air);
                self.flight = (!ends).then_some((number, waiting - 1));
            }
            (Event::Forget, _) => {
                assert_eq!(self.machine.forget().is_some(), self.open.is_some());
                self.open = None;
            }
            (Event::Idle, _) => self.now = self.now + Duration::from_secs(56 * 60),
            _ => return false,
        }
        true
    }
}

fn explore(world: &World, depth: u32, path: &mut Vec<Event>, seen: &mut u64) {
    *seen += 1;
    if depth == 0 {
        return;
    }
    for event in EVENTS {
        let mut next = world.clone();
        path.push(event);
        let possible =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| next.happen(event)))
                .unwrap_or_else(|_| panic!("after {path:?}"));
        if possible {
            explore(&next, depth - 1, path, seen);
        }
        path.pop();
    }
}

#[test]
fn every_sequence_of_events() {
    for key in [false, true] {
        let mut seen = 0;
        explore(&World::new(key), 7, &mut Vec::new(), &mut seen);
        assert!(seen > 10_000, "{seen}");
    }
}

/// A machine with an open session of this age.
fn opened() -> (Machine, Token<&'static str>) {
    let mut machine = State::new(true);
    let Answer::Launch(number) = machine.ask(Need::Call, start()) else {
        panic!("nothing is open")
    };
    machine.sent(number, start());
    let token = machine.landed(number, Landing::Opened("one"));
    (machine, token.expect("a session"))
}

#[test]
fn an_idle_session_is_renewed_before_it_ends() {
    let (mut machine, token) = opened();
    let minutes = |minutes: u64| start() + Duration::from_secs(minutes * 60);
    machine.used(&token, minutes(54));
    assert!(matches!(
        machine.ask(Need::Call, minutes(109)),
        Answer::Use(_)
    ));
    assert!(matches!(
        machine.ask(Need::Call, minutes(110)),
        Answer::Launch(_)
    ));
}

#[test]
fn the_old_session_serves_calls_until_the_new_one_is_there() {
    let (mut machine, token) = opened();
    let Answer::Launch(number) = machine.ask(Need::replay(&token, false), start()) else {
        panic!("a suspect session is renewed")
    };
    assert!(matches!(machine.ask(Need::Call, start()), Answer::Use(old) if old.text == "one"));
    machine.sent(number, start());
    let _ = machine.landed(number, Landing::Refused("no"));
    assert!(matches!(machine.ask(Need::Call, start()), Answer::Use(old) if old.text == "one"));
    assert!(matches!(
        machine.ask(Need::replay(&token, false), start()),
        Answer::Refused("no")
    ));
    assert!(matches!(
        machine.ask(Need::ByHand, start()),
        Answer::Launch(_)
    ));
}

#[test]
fn an_answer_on_its_way_is_not_lost_and_not_kept_for_ever() {
    for (later, joins) in [(60, true), (61, false)] {
        let mut machine: Machine = State::new(true);
        let Answer::Launch(number) = machine.ask(Need::Call, start()) else {
            panic!("nothing is open")
        };
        machine.sent(number, start());
        assert!(!machine.left(number));
        let answer = machine.ask(Need::Call, start() + Duration::from_secs(later));
        assert_eq!(matches!(answer, Answer::Join(_)), joins, "{later}");
        assert_eq!(matches!(answer, Answer::Launch(_)), !joins, "{later}");
    }
}
