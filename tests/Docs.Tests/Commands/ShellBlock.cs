using System.Text;

namespace Docs.Tests.Commands;

/// <summary>The commands of an <c>sh</c> block, each in words as a shell makes them. Substitutions and redirections stay as they are.</summary>
internal static class ShellBlock
{
    /// <summary>Lines that end in a backslash are one command with the next.</summary>
    public static IEnumerable<string> Commands(string text) => text.Replace("\\\n", " ").Split('\n').Where(line => line.Trim().Length > 0);

    /// <summary>The words before a comment.</summary>
    public static IReadOnlyList<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        foreach (var character in command)
        {
            if (quote != '\0' && character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is '\'' or '"')
            {
                (quote, inWord) = (character, true);
            }
            else if (quote == '\0' && character == '#' && !inWord)
            {
                break;
            }
            else if (quote == '\0' && character == ' ')
            {
                Take();
            }
            else
            {
                word.Append(character);
                inWord = true;
            }
        }

        Take();
        return words;

        void Take()
        {
            if (inWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            inWord = false;
        }
    }
}
