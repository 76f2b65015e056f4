//! A TCP proxy that stands between a worker and a broker and can make the network bad.
//!
//! It forwards whole Kafka frames, so that it can tell a commit's response from the rest and lose it.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

/// Requests that settle what was done: OffsetCommit and EndTxn, by their numbers in Kafka's protocol.
const OFFSET_COMMIT: i16 = 8;
const END_TXN: i16 = 26;

/// Above any frame Kafka sends here; a longer one means that the stream is not Kafka's.
const LONGEST_FRAME: usize = 128 << 20;

/// A running proxy. Dropping it ends its connections.
pub struct Proxy {
    weather: Arc<Weather>,
}

/// What happens to what is forwarded.
#[derive(Default)]
struct Weather {
    /// Nothing is forwarded until this is over, as with a cable that is out.
    black_hole: AtomicBool,
    /// Each frame is held back this long, in milliseconds.
    delay: AtomicU64,
    /// The next response to a commit is lost, and its connection with it.
    lose_commit_response: AtomicBool,
    lost_commit_responses: AtomicU64,
    ended: AtomicBool,
    connections: Mutex<Vec<(TcpStream, TcpStream)>>,
}

impl Proxy {
    /// Listens on one loopback port and forwards to another.
    pub fn start(listen: u16, forward: u16) -> Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, listen))
            .with_context(|| format!("the proxy cannot listen on {listen}"))?;
        let weather = Arc::new(Weather::default());
        let outside = Arc::clone(&weather);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if weather.ended.load(Ordering::Relaxed) {
                    break;
                }
                // A broker that is down refuses; so does the proxy, by hanging up.
                if let Ok(client) = client {
                    let _ = weather.join(client, forward);
                }
            }
        });
        Ok(Proxy { weather: outside })
    }

    /// Cuts every connection there is, in both directions at once: whoever writes on is answered with a
    /// reset.
    pub fn reset(&self) {
        let mut connections = self.weather.connections();
        for (client, broker) in connections.drain(..) {
            for stream in [&client, &broker] {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Stops forwarding while keeping the connections, or goes on with what was held.
    pub fn black_hole(&self, on: bool) {
        self.weather.black_hole.store(on, Ordering::Relaxed);
    }

    /// Holds back each frame this long.
    pub fn delay(&self, delay: Duration) {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.weather.delay.store(milliseconds, Ordering::Relaxed);
    }

    /// Loses the response to the next commit after the broker has sent it, and resets its connection.
    pub fn lose_next_commit_response(&self) {
        self.weather
            .lose_commit_response
            .store(true, Ordering::Relaxed);
    }

    pub fn lost_commit_responses(&self) -> u64 {
        self.weather.lost_commit_responses.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.weather.ended.store(true, Ordering::Relaxed);
        self.reset();
    }
}

impl Weather {
    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<(TcpStream, TcpStream)>> {
        let connections = self.connections.lock();
        connections.unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins a client's connection to one of its own to the broker.
    fn join(self: &Arc<Self>, client: TcpStream, forward: u16) -> Result<()> {
        let broker = TcpStream::connect((Ipv4Addr::LOCALHOST, forward))?;
        for stream in [&client, &broker] {
            stream.set_nodelay(true)?;
        }
        self.connections()
            .push((client.try_clone()?, broker.try_clone()?));
        let commits = Arc::new(Mutex::new(HashSet::new()));
        let (from, to) = (client.try_clone()?, broker.try_clone()?);
        let (weather, noted) = (Arc::clone(self), Arc::clone(&commits));
        std::thread::spawn(move || {
            weather.forward(from, to, |frame| {
                if let Some(correlation) = commit_request(frame) {
                    lock(&noted).insert(correlation);
                }
                true
            });
        });
        let weather = Arc::clone(self);
        std::thread::spawn(move || {
            weather.clone().forward(broker, client, |frame| {
                let answers_commit =
                    number(frame, 0).is_some_and(|correlation| lock(&commits).remove(&correlation));
                let lose =
                    answers_commit && weather.lose_commit_response.swap(false, Ordering::Relaxed);
                if lose {
                    weather
                        .lost_commit_responses
                        .fetch_add(1, Ordering::Relaxed);
                }
                !lose
            });
        });
        Ok(())
    }

    /// Forwards frames until either side hangs up or `pass` says no; then closes both.
    fn forward(&self, mut from: TcpStream, mut to: TcpStream, mut pass: impl FnMut(&[u8]) -> bool) {
        let mut frame = Vec::new();
        while read_frame(&mut from, &mut frame).is_some() {
            let delay = Duration::from_millis(self.delay.load(Ordering::Relaxed));
            std::thread::sleep(delay);
            while self.black_hole.load(Ordering::Relaxed) && !self.ended.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(5));
            }
            if !pass(&frame[4..]) || to.write_all(&frame).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}

/// Reads one frame with the four bytes of its length in front.
fn read_frame(from: &mut TcpStream, frame: &mut Vec<u8>) -> Option<()> {
    let mut length = [0; 4];
    from.read_exact(&mut length).ok()?;
    let size = usize::try_from(i32::from_be_bytes(length)).ok()?;
    if size > LONGEST_FRAME {
        return None;
    }
    frame.clear();
    frame.extend_from_slice(&length);
    frame.resize(4 + size, 0);
    from.read_exact(&mut frame[4..]).ok()
}

/// The correlation id of a request when it is a commit.
fn commit_request(frame: &[u8]) -> Option<i32> {
    let kind = i16::from_be_bytes(frame.get(..2)?.try_into().ok()?);
    matches!(kind, OFFSET_COMMIT | END_TXN)
        .then(|| number(frame, 4))
        .flatten()
}

fn number(frame: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?))
}

fn lock(commits: &Mutex<HashSet<i32>>) -> std::sync::MutexGuard<'_, HashSet<i32>> {
    commits.lock().unwrap_or_else(PoisonError::into_inner)
}
