using System.Text;
using SseGateway.Hosting.Logging;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class ConsoleLinesTests
{
    /// <summary>Several threads log at once; what is still waiting when the program ends is written by its end.</summary>
    [Fact]
    public void Lines_come_out_whole_each_once_and_in_the_order_of_whoever_wrote_them()
    {
        const int Threads = 4;
        const int Each = 5000;
        using var output = new MemoryStream();
        using (var lines = new ConsoleLines(output))
        {
            Parallel.For(0, Threads, thread =>
            {
                for (var line = 0; line < Each; line++)
                {
                    lines.Add(new StringBuilder().Append(thread).Append(" wrote ").Append(line).Append(" …\n"));
                }
            });
        }

        var written = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var thread = 0; thread < Threads; thread++)
        {
            var start = $"{thread} wrote ";
            Assert.Equal(
                Enumerable.Range(0, Each).Select(line => $"{start}{line} …"),
                written.Where(line => line.StartsWith(start, StringComparison.Ordinal)));
        }

        Assert.Equal(Threads * Each, written.Length);
    }

    [Fact]
    public async Task Lines_that_nobody_reads_are_dropped_and_counted_and_whoever_logs_goes_on()
    {
        using var output = new StuckStream();
        using var lines = new ConsoleLines(output) { OnDropped = dropped => new StringBuilder($"{dropped} dropped\n") };
        var line = new StringBuilder(new string('x', 100_000)).Append('\n');
        for (var i = 0; i < 100; i++)
        {
            lines.Add(line);
        }

        var dropped = lines.Dropped;
        Assert.InRange(dropped, 50, 99);
        output.Go();
        await Wire.Deadline.UntilAsync(() => output.Text.Contains($"{dropped} dropped\n", StringComparison.Ordinal), "the number of lines that were dropped");
        Assert.Equal(100 - dropped, output.Text.Split('\n').Count(written => written.StartsWith('x')));
    }

    [Fact]
    public async Task An_output_that_may_not_be_written_to_costs_its_lines_and_not_the_program()
    {
        using var output = new ForbiddenStream();
        using var lines = new ConsoleLines(output);
        lines.Add(new StringBuilder("lost\n"));
        await Wire.Deadline.UntilAsync(() => output.WasAsked, "the first line to be refused");

        lines.Add(new StringBuilder("written\n"));

        await Wire.Deadline.UntilAsync(() => output.Text == "written\n", "the next line to be written");
    }

    /// <summary>An exception on the thread that writes would end the process.</summary>
    [Fact]
    public async Task An_output_that_was_closed_before_the_last_line_costs_that_line_and_not_the_program()
    {
        var output = new MemoryStream();
        Exception? failure = null;
        using var lines = new ConsoleLines(output) { OnFailing = gone => failure = gone };
        output.Dispose();
        lines.Add(new StringBuilder("late\n"));
        await Wire.Deadline.UntilAsync(() => failure is ObjectDisposedException && lines.Dropped == 1, "the line to be counted as dropped");
    }

    [Fact]
    public async Task Lines_that_a_full_disk_does_not_take_are_counted_and_told_of_and_the_next_line_is_not_joined_to_half_a_one()
    {
        using var output = new FullStream(room: 8);
        using var lines = new ConsoleLines(output) { OnDropped = dropped => new StringBuilder($"{dropped} dropped\n") };
        lines.Add(new StringBuilder("fits\n"));
        await Wire.Deadline.UntilAsync(() => output.Text == "fits\n", "the first line");
        lines.Add(new StringBuilder("torn by the disk\n"));
        await Wire.Deadline.UntilAsync(() => lines.Dropped == 1, "the line that does not fit to be counted");
        Assert.Equal("fits\ntor", output.Text);
        lines.Add(new StringBuilder("no room at all\n"));
        await Wire.Deadline.UntilAsync(() => lines.Dropped == 2, "the line without room to be counted");

        output.Empty();
        lines.Add(new StringBuilder("next\n"));

        await Wire.Deadline.UntilAsync(() => output.Text.EndsWith("2 dropped\n", StringComparison.Ordinal), "the number of lines that were lost");
        Assert.Equal("fits\ntor\nnext\n2 dropped\n", output.Text);
        Assert.Equal(2, lines.Dropped);
    }

    [Fact]
    public async Task A_line_is_written_soon_without_another_one_after_it()
    {
        using var output = new MemoryStream();
        using var lines = new ConsoleLines(Stream.Synchronized(output));
        lines.Add(new StringBuilder("alone\n"));
        await Wire.Deadline.UntilAsync(() => output.Length == "alone\n".Length, "the line to be written");
    }
}
