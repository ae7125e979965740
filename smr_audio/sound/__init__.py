"""What is heard: clips, cues, the floor, and the islands they make."""
