using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.Tests.Wire;

namespace Gateway.Tests.HalfOpen;

/// <summary>A host of the test's own: a network of its own in this machine's kernel, which only root may make.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const int CloneNewNet = 0x40000000;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="IOException">This user or this system may not; the message is what <c>ip</c> says.</exception>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        var name = "sse-gateway-test-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        await IpAsync("netns", "add", name);
        return new NetworkNamespace(name);
    }

    /// <summary>Runs <c>ip</c>.</summary>
    /// <exception cref="IOException">It failed, or there is none.</exception>
    public static async Task IpAsync(params string[] arguments)
    {
        Process ip;
        try
        {
            ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new IOException("There is no ip (iproute2) here.", missing);
        }

        using (ip)
        {
            var errors = await Deadline.ForAsync(token => new ValueTask<string>(ip.StandardError.ReadToEndAsync(token)), "ip " + string.Join(' ', arguments));
            await Deadline.ForAsync(ip.WaitForExitAsync(CancellationToken.None));
            if (ip.ExitCode != 0) throw new IOException($"ip {string.Join(' ', arguments)}: {errors.Trim()}");
        }
    }

    /// <summary>Runs <c>ip</c> in it.</summary>
    public Task IpInsideAsync(params string[] arguments) => IpAsync(["-n", Name, .. arguments]);

    /// <summary>Runs something on a thread that is in it: sockets made there are in it for their whole life.</summary>
    public T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle("/var/run/netns/" + Name);
                if (EnterNamespace((int)file.DangerousGetHandle(), CloneNewNet) != 0) throw new Win32Exception();
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync() => await IpAsync("netns", "del", Name);

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EnterNamespace(int file, int kind);
}
