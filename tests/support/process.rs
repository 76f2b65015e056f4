//! Child processes that never outlive the test that started them, however it ends.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How often a wait looks again. Small against everything that is waited for here.
pub const POLL: Duration = Duration::from_millis(10);

/// A running child. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    status: Option<ExitStatus>,
}

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// Resident memory now, in bytes.
    pub resident: u64,
    /// The most resident memory it ever had, in bytes.
    pub peak_resident: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Terminate,
    Interrupt,
    Quit,
    HangUp,
    User1,
    User2,
    Pipe,
    Kill,
    Stop,
    Continue,
}

impl Process {
    /// Starts `command` so that the kernel kills it when this process ends, by a panic or `kill -9` too.
    pub fn start(command: Command) -> Result<Process> {
        let name = command.get_program().to_owned();
        let (answer, started) = channel();
        spawner()
            .send((command, answer))
            .context("the spawning thread has ended")?;
        let child = started
            .recv()
            .context("the spawning thread has ended")?
            .with_context(|| format!("cannot start {}", name.display()))?;
        Ok(Process {
            child,
            status: None,
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the child reads, when it was started with a pipe for it. Once.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Sends a signal; to a process that has ended it does nothing.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        if self.poll()?.is_some() {
            return Ok(());
        }
        let number = match signal {
            Signal::Terminate => libc::SIGTERM,
            Signal::Interrupt => libc::SIGINT,
            Signal::Quit => libc::SIGQUIT,
            Signal::HangUp => libc::SIGHUP,
            Signal::User1 => libc::SIGUSR1,
            Signal::User2 => libc::SIGUSR2,
            Signal::Pipe => libc::SIGPIPE,
            Signal::Kill => libc::SIGKILL,
            Signal::Stop => libc::SIGSTOP,
            Signal::Continue => libc::SIGCONT,
        };
        let pid = libc::pid_t::try_from(self.child.id())?;
        // SAFETY: kill() takes plain numbers. The child has not been reaped (`poll` has just said so
        // and only `self` reaps it), so the number still means this child.
        let result = unsafe { libc::kill(pid, number) };
        ensure!(result == 0, "kill: {}", io::Error::last_os_error());
        Ok(())
    }

    /// The exit status when it has ended.
    pub fn poll(&mut self) -> Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.child.try_wait().context("cannot wait for a child")?;
        }
        Ok(self.status)
    }

    /// Waits for its end; `None` when it is still running after `within`.
    pub fn wait(&mut self, within: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + within;
        loop {
            let status = self.poll()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
    }

    /// `kill -9`, and waits for the end.
    pub fn kill(&mut self) -> Result<()> {
        self.signal(Signal::Kill)?;
        if self.status.is_none() {
            self.status = Some(self.child.wait().context("cannot wait for a child")?);
        }
        Ok(())
    }

    /// What it has used so far; all zero once it has ended.
    pub fn usage(&self) -> Usage {
        self.read_usage().unwrap_or_default()
    }

    fn read_usage(&self) -> Option<Usage> {
        let id = self.child.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The second field is the program's name in parentheses, which may hold anything.
        let after_name = stat.rsplit_once(") ")?.1;
        let fields: Vec<&str> = after_name.split(' ').collect();
        // utime and stime, the 14th and 15th of proc(5), in ticks of 10 ms.
        let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let kilobytes = |key: &str| -> Option<u64> {
            let line = status.lines().find(|l| l.starts_with(key))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        Some(Usage {
            cpu: Duration::from_millis(ticks * 10),
            resident: kilobytes("VmRSS:")? * 1024,
            peak_resident: kilobytes("VmHWM:")? * 1024,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing to be done about a failure here; the kernel kills it at our own end anyway.
        let _ = self.kill();
    }
}

type Order = (Command, Sender<io::Result<Child>>);

/// The thread that starts all children and never ends.
///
/// The kernel's "kill me when my parent dies" means the parent *thread*: a child started from a test's
/// own thread would die with that thread, and a broker shared by several tests with the first of them.
fn spawner() -> &'static Sender<Order> {
    static SPAWNER: OnceLock<Sender<Order>> = OnceLock::new();
    SPAWNER.get_or_init(|| {
        let (orders, inbox): (Sender<Order>, Receiver<Order>) = channel();
        std::thread::spawn(move || {
            for (mut command, answer) in inbox {
                // SAFETY: prctl(PR_SET_PDEATHSIG) is a bare system call, allowed between fork and exec.
                unsafe {
                    command.pre_exec(
                        || match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                            0 => Ok(()),
                            _ => Err(io::Error::last_os_error()),
                        },
                    );
                }
                // Whoever asked may have given up; then the child dies with the answer's drop.
                let _ = answer.send(command.spawn());
            }
        });
        orders
    })
}
