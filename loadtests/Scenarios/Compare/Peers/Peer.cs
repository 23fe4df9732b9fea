using System.Net;
using System.Net.Sockets;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>Something that people put in front of an event-stream service, or use as one.</summary>
internal abstract class Peer
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    public abstract string Name { get; }

    /// <summary>The program; null for what was built with this one.</summary>
    public virtual string? Program => null;

    /// <summary>How to install it on Debian.</summary>
    public virtual string Install => "";

    /// <summary>Asks it for its version; null when there is nothing to ask.</summary>
    public virtual string[]? VersionArguments => null;

    /// <summary>True for one that is told its events itself; false for one that forwards an upstream's.</summary>
    public virtual bool IsHub => false;

    /// <summary>Whether it is there.</summary>
    public virtual bool IsInstalled => Program is null || FullPath(Program) is not null;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public abstract Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation);

    /// <summary>Starts a program with a configuration file, and waits until it listens.</summary>
    /// <param name="arguments">Of its command line.</param>
    /// <param name="stream">Where clients go then.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="publish">Where a hub is told its events.</param>
    /// <param name="environment">Set beside what this process has.</param>
    protected async Task<RunningPeer> StartAsync(
        IReadOnlyList<string> arguments, Uri stream, CancellationToken cancellation, Uri? publish = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var complaints = new List<string>();
        var process = ChildProcess.Start(FullPath(Program!) ?? Program!, arguments, _ => { }, complaints.Add, environment, MemoryGroup.Create());
        try
        {
            await ListensAsync(process, stream.Port, complaints, cancellation);
            return RunningPeer.Of(process, stream, publish);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address of the loopback address at a port that nobody listens on now.</summary>
    protected static Uri FreeAddress(string scheme, string path) => new($"{scheme}://127.0.0.1:{FreePort()}{path}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FullPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private async Task ListensAsync(ChildProcess process, int port, List<string> complaints, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartTimeout);
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                if (await process.WaitForExitAsync(TimeSpan.FromMilliseconds(100), limit.Token) is not null)
                {
                    throw new IOException($"{Name} ended at its start: {string.Join(" ", complaints)}");
                }
            }
        }
    }
}
