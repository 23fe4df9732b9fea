using System.Diagnostics;
using System.Text;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Publisher;

/// <summary>What a publisher made of its input.</summary>
/// <param name="Bytes">The stream.</param>
/// <param name="ExitCode">Other than 0 is a refusal too.</param>
/// <param name="Error">The last line of its standard error.</param>
internal sealed record PublisherOutput(byte[] Bytes, int ExitCode, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What a conforming reader sees in it.</summary>
    public StreamMeaning Read() => StreamMeaning.Of(Bytes);

    /// <summary>Starts the publisher for these lines alone.</summary>
    /// <param name="setup">Which.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="lines">JSON, one object each.</param>
    /// <param name="cancellation">The case's.</param>
    /// <exception cref="NotSeenException">It does not end when its input does.</exception>
    public static async Task<PublisherOutput> OfAsync(PublisherSetup setup, string folder, IEnumerable<string> lines, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {setup.Exec}"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        try
        {
            var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await WriteAsync(process.StandardInput, lines);
            await Patience.ForAsync(
                async token =>
                {
                    await reading.WaitAsync(token);
                    await process.WaitForExitAsync(token);
                },
                "the publisher's end after the end of its input",
                Limit,
                cancellation);
            return new PublisherOutput(output.ToArray(), process.ExitCode, (await errors).Trim().Split('\n')[^1]);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteAsync(StreamWriter input, IEnumerable<string> lines)
    {
        try
        {
            foreach (var line in lines)
            {
                await input.WriteAsync(line + "\n");
            }

            input.Close();
        }
        catch (IOException)
        {
            // It has ended at a line that it refuses.
        }
    }
}
